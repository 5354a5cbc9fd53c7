using LlmSpell.Lua.Inspection;
using LlmSpell.State;

namespace LlmSpell.Cli.Repl.Completion;

/// <summary>Completes names of Lua by what there is in the globals now, and the arguments of State's functions by what there is in the state.</summary>
/// <param name="findFields">The fields at a path of names that start so.</param>
/// <param name="state">What is in the state.</param>
internal sealed class Completer(Func<IReadOnlyList<string>, string, IReadOnlyList<FieldName>> findFields, StateNames state) : ICompleter
{
    public Completion Complete(string text) => CompletionTarget.Find(text) switch
    {
        NameTarget name => Complete(name),
        ArgumentTarget argument => Complete(argument),
        _ => Completion.None,
    };

    private Completion Complete(NameTarget target)
    {
        IEnumerable<string> names = findFields(target.Path, target.Prefix)
            .Where(field => field.IsFunction || !target.IsMethod)
            .Select(field => field.Name);
        if (target.Path.Count == 0 && target.Prefix.Length > 0)
        {
            names = names.Concat(LuaName.Keywords.Where(keyword => keyword.StartsWith(target.Prefix, StringComparison.Ordinal)));
        }

        return new Completion(target.Start, [.. names.Order(StringComparer.Ordinal).Select(name => new Candidate(name))]);
    }

    private Completion Complete(ArgumentTarget target)
    {
        IReadOnlyList<string> names;
        try
        {
            names = target switch
            {
                { Function: "restore_backup" or "validate_backup" or "pin_backup" or "unpin_backup", Scope: null } => state.Backups(target.Prefix),
                { Function: "restore_backup" or "validate_backup" or "pin_backup" or "unpin_backup" or "create_backup" or "cleanup_backups" } => [],
                { Scope: null } => state.Scopes(target.Prefix),
                { Scope: { } scope } => state.Keys(scope, target.Prefix),
            };
        }
        catch (Exception problem) when (problem is StateException or IOException)
        {
            // Whoever runs the line will be told.
            return Completion.None;
        }

        string quote = target.Quote.ToString();
        return new Completion(
            target.Start,
            [.. names.Take(StateNames.Most).Select(name => new Candidate(Escape(name, quote), quote))],
            names.Count > StateNames.Most);
    }

    private static string Escape(string name, string quote) => name.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(quote, "\\" + quote, StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
