using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups.Compare;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups.Restore;

/// <summary>What a restore would change.</summary>
internal static class RestorePreview
{
    /// <param name="context">The command.</param>
    /// <param name="target">What would be restored into.</param>
    /// <param name="reference">An id, or latest.</param>
    /// <param name="backup">What that means.</param>
    /// <param name="request">What of it.</param>
    public static ICommandResult Of(CommandContext context, RestoreTarget target, string reference, BackupSummary backup, RestoreRequest request)
    {
        CancellationToken interrupt = context.Interrupt;
        bool isVerbose = context.Output.IsVerbose;
        bool isAgain = false;
        return new StreamedDifference<RestorePlan>(each => BackupReference.UseAsync([reference], async () =>
        {
            backup = isAgain ? await BackupReference.ResolveAsync(context, reference) : backup;
            isAgain = true;
            return await target.Backups.PlanRestoreAsync(backup.Id.Value, request, each, interrupt);
        }))
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
