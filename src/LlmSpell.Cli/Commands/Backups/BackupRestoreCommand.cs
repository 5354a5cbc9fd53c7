using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupRestoreCommand
{
    public static Command Create()
    {
        Argument<string> id = BackupReference.Argument();
        return new HandledCommand(
            "restore", "Replace the state by a backup's, all or nothing, after a safety backup of the present state.",
            context => RunAsync(context, context.Value(id)!))
        {
            Arguments = { id },
            CanAsk = true,
            Examples = static () =>
            [
                new("llmspell backup restore latest", "Bring the newest backup back, after a question."),
                new("llmspell backup restore 20260301-120000-abcdefgh --yes", "Bring a certain one back, without a question."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string reference)
    {
        Workspace workspace = context.Workspace;
        BackupService backups = context.Backups;
        workspace.ExpectsNewState = true;
        BackupSummary backup = await BackupReference.ResolveAsync(context, reference);
        // A state that is new or empty has nothing to lose.
        if (workspace.ExistingStore?.ReadStatus() is { Entries: > 0 } present)
        {
            await context.ConfirmAsync(
                $"backup {backup.Id} of {Quantities.Time(backup.CreatedAt)} ({Quantities.Count(backup.Manifest.Entries, "entry", "entries")}) " +
                $"replaces the state in {workspace.Configuration.State.Folder} ({Quantities.Count(present.Entries, "entry", "entries")})");
        }

        return new Result(await context.StepAsync("restoring", (progress, interrupt) => backups.RestoreAsync(backup.Id.Value, progress, interrupt)));
    }

    private sealed record Result(RestoreResult Restored) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            BackupJson.WriteProperty(json, "restored", Restored.Backup);
            BackupJson.WriteProperty(json, "safety_backup", Restored.SafetyBackup);
            json.WriteNumber("replaced_entries"u8, Restored.ReplacedEntries);
        }

        public void WriteText(TextOutput text)
        {
            BackupSummary backup = Restored.Backup;
            text.Line(
                $"restored {backup.Id} of {Quantities.Time(backup.CreatedAt)}: " +
                $"{Quantities.Count(backup.Manifest.Entries, "entry", "entries")} in place of {Quantities.Count(Restored.ReplacedEntries)}");
            if (Restored.SafetyBackup is { } safety)
            {
                text.Line($"the state before is backup {safety.Id}; to go back:");
                text.Line($"  llmspell backup restore {safety.Id}");
            }
        }
    }
}
