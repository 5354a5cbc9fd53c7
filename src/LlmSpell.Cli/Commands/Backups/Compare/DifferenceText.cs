using LlmSpell.Backup;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Compare;

/// <summary>Differences between two states for people.</summary>
internal static class DifferenceText
{
    private const string Green = "32";
    private const string Yellow = "33";
    private const string Red = "31";
    private const int MaxOfValue = 72;
    private const int MaxFields = 20;

    /// <param name="text">Takes the lines.</param>
    /// <param name="difference">What differs.</param>
    /// <param name="withValues">Whether values are shown, and of changed tables which fields.</param>
    public static void Write(TextOutput text, EntryDifference difference, bool withValues)
    {
        string name = SafeText.OneLine(difference.Key.ToString());
        text.Line(difference.Kind switch
        {
            DifferenceKind.Added => text.Styled($"+ {name}", Green),
            DifferenceKind.Changed => text.Styled($"~ {name}", Yellow),
            _ => text.Styled($"- {name}", Red),
        });
        if (!withValues)
        {
            return;
        }

        if (difference is not { Before: { } before, After: { } after })
        {
            text.Line($"    {Short((difference.Before ?? difference.After)!)}");
            return;
        }

        ValueDifference[] fields = [.. ValueDifferences.Between(before, after).Take(MaxFields + 1)];
        foreach (ValueDifference field in fields.Take(MaxFields))
        {
            text.Line($"    {Describe(field)}");
        }

        if (fields.Length == 0)
        {
            text.Line("    the same fields in another order");
        }
        else if (fields.Length > MaxFields)
        {
            text.Line("    …");
        }
    }

    public static void WriteSummary(TextOutput text, DifferenceSummary summary)
    {
        if (summary.Scopes.Count > 0)
        {
            TextTable table = new("~SCOPE", ">ADDED", ">CHANGED", ">REMOVED");
            foreach (ScopeDifference scope in summary.Scopes)
            {
                table.Add(scope.Scope, Quantities.Count(scope.Added), Quantities.Count(scope.Changed), Quantities.Count(scope.Removed));
            }

            table.WriteTo(text);
        }

        if (summary.FurtherScopes > 0)
        {
            text.Line($"and {Quantities.Count(summary.FurtherScopes, "scope", "scopes")} more");
        }

        text.Line(Sum(summary.Counts));
    }

    public static string Sum(DifferenceCounts counts) =>
        $"{Quantities.Count(counts.Added)} added, {Quantities.Count(counts.Changed)} changed, " +
        $"{Quantities.Count(counts.Removed)} removed, {Quantities.Count(counts.Unchanged)} unchanged";

    private static string Describe(ValueDifference field)
    {
        string path = field.Path.Length == 0 ? "" : $"{SafeText.OneLine(field.Path)}: ";
        return field switch
        {
            { Before: null, After: { } added } => $"+ {path}{Short(added)}",
            { Before: { } removed, After: null } => $"- {path}{Short(removed)}",
            _ => $"~ {path}{Short(field.Before!)} → {Short(field.After!)}",
        };
    }

    private static string Short(StateValue value) => SafeText.Shorten(SafeText.OneLine(JsonText.Readable(StateValueJson.ToJson(value))), MaxOfValue);
}
