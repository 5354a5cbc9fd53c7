using LlmSpell.Backup;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Restore;

/// <summary>What <c>--replace-damaged</c> does before the restore: it puts a damaged state aside, so that a new one takes its place.</summary>
internal static class DamagedState
{
    /// <summary>Puts the state's files aside, if they are damaged and the backup would bring the state back.</summary>
    /// <returns>The folder in which they are now.</returns>
    /// <exception cref="CommandException">There is no state, or it is not damaged.</exception>
    public static async Task<string> PutAsideAsync(CommandContext context, string id)
    {
        Workspace workspace = context.Workspace;
        if (!BackendFactory.HasStore(workspace.Configuration.State))
        {
            throw new CommandException(
                ExitCodes.NotFound, $"there is no state in {workspace.Configuration.State.Folder} that could be damaged",
                $"`llmspell backup restore {id}` makes one.");
        }

        string damage = await context.StepAsync("checking the state", interrupt => Task.Run(() => FindDamage(context, interrupt), interrupt))
            ?? throw new CommandException(
                ExitCodes.Usage, $"the state in {workspace.Configuration.State.Folder} is not damaged; nothing was changed",
                $"Leave --replace-damaged out: `llmspell backup restore {id}` keeps the present state as a safety backup.");
        ValidationReport report = await context.StepAsync("checking the backup", (progress, interrupt) => context.Backups.ValidateAsync(id, progress, interrupt));
        if (!report.IsValid)
        {
            throw new CommandException(
                ExitCodes.BackupDamaged, $"the backup {id} is damaged itself, so the damaged state stays where it is: {report.Errors[0].Message}",
                "`llmspell backup list` shows the other backups.");
        }

        await context.ConfirmAsync(
            $"the damaged state in {workspace.Configuration.State.Folder} ({damage.TrimEnd('.')}) is put aside, and backup {id} takes its place");
        return BackendFactory.MoveDamagedAside(workspace.Configuration.State, context.Host.Clock);
    }

    /// <summary>What is wrong with the state; null if nothing is. It is closed again.</summary>
    /// <exception cref="StateException">It cannot be looked at for another reason, such as rights.</exception>
    private static string? FindDamage(CommandContext context, CancellationToken interrupt)
    {
        try
        {
            using StateStore store = BackendFactory.OpenStore(context.Workspace.Configuration.State, context.Host.Clock, interrupt);
            StoreCheckReport report = store.Check(interrupt);
            return report.IsSound ? null : report.Problems[0].Message;
        }
        catch (StateCorruptException error)
        {
            return error.Message;
        }
    }
}
