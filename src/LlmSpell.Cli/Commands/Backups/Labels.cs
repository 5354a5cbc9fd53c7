using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>The labels of backups on the command line: <c>--label KEY=VALUE</c>, as often as there are labels.</summary>
internal static class Labels
{
    private const string Name = "--label";

    public static Option<string[]> ForCreate() =>
        new(Name) { Description = "A label to find it by; may stand several times.", HelpName = "KEY=VALUE" };

    public static Option<string[]> Filter() =>
        new(Name) { Description = "Only backups that have this label, with this value where one is given; may stand several times, then all must be there.", HelpName = "KEY[=VALUE]" };

    /// <exception cref="CommandException">They are not labels that a backup can have.</exception>
    public static IReadOnlyDictionary<string, string> Read(string[] written)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach (string label in written)
        {
            (string key, string? value) = Split(label);
            if (value is null)
            {
                throw new CommandException(ExitCodes.Usage, $"the label '{label}' has no value", $"Write {Name} KEY=VALUE; the value may be empty.");
            }

            if (!labels.TryAdd(key, value))
            {
                throw new CommandException(ExitCodes.Usage, $"the label {key} is given twice", "A backup has one value for each label.");
            }
        }

        return BackupLabels.FindProblem(labels) is { } problem
            ? throw new CommandException(
                ExitCodes.Usage, $"labels: {problem}",
                $"A backup has at most {BackupLabels.MaxLabels} labels: keys of a-z, 0-9, dot, underscore and hyphen, values of up to {BackupLabels.MaxValueBytes} bytes.")
            : labels;
    }

    public static Func<BackupSummary, bool> ReadFilter(string[] written)
    {
        (string Key, string? Value)[] wanted = [.. written.Select(Split)];
        return backup => wanted.All(label =>
            backup.Manifest.Labels.TryGetValue(label.Key, out string? value) && (label.Value is null || label.Value == value));
    }

    /// <summary>All labels in one line, by their keys.</summary>
    public static string Text(IReadOnlyDictionary<string, string> labels) =>
        string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private static (string Key, string? Value) Split(string label) => label.Split('=', 2) switch
    {
        [var key, var value] => (key, value),
        _ => (label, null),
    };
}
