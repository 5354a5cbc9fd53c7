using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Restore;

internal static class BackupUndoRestoreCommand
{
    public static Command Create() => new HandledCommand(
        "undo-restore", "Go back to the newest safety backup, the state that a restore replaced; once more undoes that.", RunAsync)
    {
        CanAsk = true,
        Examples = static () =>
        [
            new("llmspell backup undo-restore", "Bring the newest safety backup back, after a question."),
        ],
        SeeAlso = ["backup restore", "backup diff"],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        BackupService backups = context.Backups;
        StoreStatus present = StateArguments.Existing(context).ReadStatus();
        BackupSummary safety = await backups.FindUndoAsync(context.Interrupt);
        await context.ConfirmAsync(
            $"safety backup {safety.Id} of {Quantities.Time(safety.CreatedAt)} ({Quantities.Count(safety.Manifest.Entries, "entry", "entries")}) " +
            $"replaces the state in {context.Workspace.Configuration.State.Folder} ({Quantities.Count(present.Entries, "entry", "entries")})");
        return new RestoreOutcome(await context.StepAsync(
            "restoring", (progress, interrupt) => backups.RestoreAsync(safety.Id.Value, request: null, progress, interrupt)));
    }
}
