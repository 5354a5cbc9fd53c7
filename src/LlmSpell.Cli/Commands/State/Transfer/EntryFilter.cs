using System.CommandLine;
using System.Text;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Which entries are exported or imported: those of a scope, those whose keys start so, or all.</summary>
internal sealed class EntryFilter
{
    private readonly byte[]? _scope;
    private readonly byte[] _prefix;

    /// <exception cref="Failures.CommandException">The scope breaks the rules of names.</exception>
    public EntryFilter(string? scope, string? prefix)
    {
        if (scope is not null)
        {
            StateArguments.CheckScope(scope);
            _scope = Encoding.UTF8.GetBytes(scope);
        }

        Scope = scope;
        _prefix = Encoding.UTF8.GetBytes(prefix ?? "");
    }

    /// <summary>The only scope that is taken; null: every one.</summary>
    public string? Scope { get; }

    public bool TakesAll => _scope is null && _prefix.Length == 0;

    /// <summary>A range that holds all that is taken, and where there is no scope more than that.</summary>
    public KeyRange Range => _scope is null ? KeyRange.All : KeyRange.WithPrefix(_scope, _prefix);

    public static Option<string?> ScopeOption() =>
        Filled.Option(new Option<string?>("--scope") { Description = "Only entries of this scope; a * in it is a character like others.", HelpName = "SCOPE" });

    public bool Takes(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key) =>
        (_scope is null || scope.SequenceEqual(_scope)) && key.StartsWith(_prefix);
}
