using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups.Compare;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups.Restore;

/// <summary>What a restore would change.</summary>
internal static class RestorePreview
{
    public static ICommandResult Of(CommandContext context, RestoreTarget target, BackupSummary backup, RestoreRequest request)
    {
        CancellationToken interrupt = context.Interrupt;
        bool isVerbose = context.Output.IsVerbose;
        return new StreamedDifference<RestorePlan>(each => target.Backups.PlanRestoreAsync(backup.Id.Value, request, each, interrupt))
        {
            ShowsEntries = isVerbose,
            ShowsFields = isVerbose,
            JsonBefore = json =>
            {
                json.WriteBoolean("dry_run"u8, true);
                BackupJson.WriteProperty(json, "backup", backup);
                json.WriteString("selection"u8, request.Selection.ToString());
            },
            JsonAfter = static (json, plan) =>
            {
                json.WriteNumber("present_entries"u8, plan.Present.Entries);
                json.WriteBoolean("takes_safety_backup"u8, plan.TakesSafetyBackup);
                DifferenceJson.WriteSummary(json, plan.Difference);
            },
            TextAfter = static (text, plan) =>
            {
                DifferenceText.WriteSummary(text, plan.Difference);
                text.Line(
                    $"that is what restoring {SafeText.OneLine(plan.Selection.ToString())} of {plan.Backup.Id} would do to " +
                    $"{Quantities.Count(plan.Present.Entries, "entry", "entries")}; nothing was changed");
                text.Line(plan.TakesSafetyBackup ? "a safety backup would be taken first" : "no safety backup would be taken");
            },
        };
    }
}
