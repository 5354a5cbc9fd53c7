using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State.Copying;

/// <summary>What <c>state copy</c> says.</summary>
/// <param name="From">The source.</param>
/// <param name="To">The target after that.</param>
/// <param name="ReplacedEntries">How many entries the target had before.</param>
/// <param name="Safety">The backup of these; null if there were none, or none was wanted.</param>
internal sealed record CopyOutcome(CopiedState From, CopiedState To, long ReplacedEntries, BackupSummary? Safety) : ICommandResult
{
    /// <summary>The value of <c>--to</c>; default null: the command's own configuration.</summary>
    public string? TargetConfiguration { get; init; }

    private bool IsAdopted => From.Status.Store == To.Status.Store;

    public void WriteJson(Utf8JsonWriter json)
    {
        From.Write(json, "from"u8);
        To.Write(json, "to"u8);
        json.WriteNumber("replaced_entries"u8, ReplacedEntries);
        json.WriteBoolean("adopted_store"u8, IsAdopted);
        BackupJson.WriteProperty(json, "safety_backup", Safety);
    }

    public void WriteText(TextOutput text)
    {
        text.Line($"copied {Quantities.Count(From.Status.Entries, "entry", "entries")}{(ReplacedEntries > 0 ? $" in place of {Quantities.Count(ReplacedEntries)}" : "")}");
        text.Line($"from {From}");
        text.Line($"to   {To}");
        if (IsAdopted)
        {
            text.Line("the copy has the id of the state, and so its backups; delete the old one when nothing of it is needed any more");
        }

        if (Safety is { } safety)
        {
            text.Line($"the state before is backup {safety.Id}; to go back:");
            text.Line($"  {new AdvisedCommands(TargetConfiguration).Of($"backup restore {safety.Id}")}");
        }
    }
}
