using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>What `state import` says.</summary>
internal sealed record ImportResult(
    string Source, bool DryRun, bool Replace, long Entries, long Skipped, ImportCounts Counts, BackupSummary? Safety) : ICommandResult
{
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("source"u8, Source);
        json.WriteBoolean("dry_run"u8, DryRun);
        json.WriteBoolean("replace"u8, Replace);
        json.WriteNumber("entries"u8, Entries);
        json.WriteNumber("skipped"u8, Skipped);
        json.WriteNumber("added"u8, Counts.Added);
        json.WriteNumber("changed"u8, Counts.Changed);
        json.WriteNumber("unchanged"u8, Counts.Unchanged);
        json.WriteNumber("replaced_entries"u8, Counts.ReplacedEntries);
        BackupJson.WriteProperty(json, "safety_backup", Safety);
    }

    public void WriteText(TextOutput text)
    {
        string entries = Quantities.Count(Entries, "entry", "entries");
        string source = SafeText.OneLine(Source);
        if (Replace)
        {
            text.Line(DryRun
                ? $"would replace {Quantities.Count(Counts.ReplacedEntries, "entry", "entries")} by {entries} from {source}"
                : $"replaced {Quantities.Count(Counts.ReplacedEntries, "entry", "entries")} by {entries} from {source}");
            if (Safety is { } safety)
            {
                text.Line($"the state before is backup {safety.Id}; to go back:");
                text.Line($"  {text.Commands.Of($"backup restore {safety.Id}")}");
            }

            return;
        }

        string skipped = Skipped > 0 ? $", {Quantities.Count(Skipped)} of others left out" : "";
        text.Line(
            $"{(DryRun ? "would import" : "imported")} {entries} from {source}: {Quantities.Count(Counts.Added)} added, " +
            $"{Quantities.Count(Counts.Changed)} changed, {Quantities.Count(Counts.Unchanged)} the same as before{skipped}");
    }
}
