using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups.Compare;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups.Restore;

/// <summary>A restore that was done.</summary>
internal sealed record RestoreOutcome(RestoreResult Restored) : ICommandResult
{
    /// <summary>The folder with the files of a damaged state that was replaced; default null.</summary>
    public string? DamagedFiles { get; init; }

    /// <summary>The configuration whose state was restored into, as the user named it; default null: the command's own.</summary>
    public string? Configuration { get; init; }

    /// <summary>What was selected; default null: everything.</summary>
    public EntrySelection? Selection { get; init; }

    public void WriteJson(Utf8JsonWriter json)
    {
        BackupJson.WriteProperty(json, "restored", Restored.Backup);
        BackupJson.WriteProperty(json, "safety_backup", Restored.SafetyBackup);
        json.WriteNumber("replaced_entries"u8, Restored.ReplacedEntries);
        json.WriteString("damaged_files"u8, DamagedFiles);
        if (Restored.Changes is { } changes)
        {
            json.WriteStartObject("changes"u8);
            DifferenceJson.WriteSummary(json, changes);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("changes"u8);
        }
    }

    public void WriteText(TextOutput text)
    {
        BackupSummary backup = Restored.Backup;
        string what = $"{backup.Id} of {Quantities.Time(backup.CreatedAt)}";
        text.Line(Restored.Changes is { } changes
            ? $"restored a part of {what}: {DifferenceText.Sum(changes.Counts)}"
            : $"restored {what}: {Quantities.Count(backup.Manifest.Entries, "entry", "entries")} in place of {Quantities.Count(Restored.ReplacedEntries)}");
        if (Restored.Changes is { Counts: { Total: 0, Unchanged: 0 } })
        {
            text.Remark($"neither the backup nor the state has an entry of {SafeText.OneLine($"{Selection}")}");
        }

        if (DamagedFiles is not null)
        {
            text.Line($"the damaged files are in {SafeText.OneLine(DamagedFiles)}; delete them when nothing of them is needed any more");
        }

        if (Restored.SafetyBackup is { } safety)
        {
            text.Line($"the state before is backup {safety.Id}; to go back:");
            AdvisedCommands commands = Configuration is null ? text.Commands : new AdvisedCommands(Configuration);
            text.Line($"  {commands.Of("backup undo-restore")}");
        }
    }
}
