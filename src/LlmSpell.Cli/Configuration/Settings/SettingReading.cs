using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>What became of one value of the file: a value, or a problem, or a value with a notice.</summary>
internal readonly record struct SettingReading(object? Value, ProblemSeverity? Severity, string? Message, string? Hint)
{
    public static SettingReading Refused(string message, string hint) => new(null, ProblemSeverity.Error, message, hint);

    public static SettingReading Accepted(object value) => new(value, null, null, null);
}
