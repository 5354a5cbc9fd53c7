using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>A pin for people.</summary>
internal static class PinText
{
    /// <summary>Why, for a table.</summary>
    public static string Short(BackupPin pin) => pin.Problem is not null ? "yes (why cannot be read)" : pin.Reason is { Length: > 0 } reason ? reason : "yes";

    /// <summary>Since when, and why.</summary>
    public static string Long(BackupPin pin, TextOutput text)
    {
        string since = pin.Since is { } moment ? $"since {text.FullTime(moment)}" : "yes";
        string why = pin.Problem?.Message ?? pin.Reason ?? "";
        return why.Length == 0 ? since : $"{since}: {why}";
    }
}
