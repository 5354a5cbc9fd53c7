using System.CommandLine;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>
/// An option that is there or not. It never takes the next word: <c>--dry-run false</c> must not be read as no dry run, nor as one.
/// </summary>
internal static class Flag
{
    public static Option<bool> Create(string description, string name, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };
}
