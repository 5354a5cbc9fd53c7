using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupCleanupCommand
{
    public static Command Create()
    {
        Option<bool> dryRun = Flag.Create("Only show the plan.", "--dry-run");
        Option<bool> trustClock = Flag.Create("Apply the rules that use time although the clock looks wrong.", "--trust-clock");
        return new HandledCommand(
            "cleanup", "Remove this state's backups that the retention rules no longer keep.",
            context => RunAsync(context, context.Value(dryRun), context.Value(trustClock)))
        {
            Options = { dryRun, trustClock },
            CanAsk = true,
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup cleanup --dry-run", "Show which backups would go, and why each of the others stays."),
                new("llmspell backup cleanup --yes", "Remove them without a question, as a script does."),
            ],
            SeeAlso = ["config show"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, bool dryRun, bool trustClock)
    {
        BackupService backups = context.Backups;
        if (!BackendFactory.HasStore(context.Workspace.Configuration.State))
        {
            throw StateArguments.NoState(context.Workspace);
        }

        var request = new CleanupRequest { DryRun = true, TrustClock = trustClock };
        CleanupReport plan = await context.StepAsync("planning the cleanup", interrupt => backups.CleanupAsync(request, interrupt));
        if (dryRun)
        {
            return new Result(plan);
        }

        if (plan.DeletedCount > 0)
        {
            await context.ConfirmAsync(
                $"{Quantities.Count(plan.DeletedCount, "backup", "backups")} in {backups.Location} will be removed " +
                $"({Quantities.Size(plan.SpaceFreed)}; --dry-run shows which)");
        }

        BackupId[] agreed = [.. plan.Decisions.Where(decision => !decision.Keep).Select(decision => decision.Backup.Id)];
        request = request with { DryRun = false, AgreedRemovals = agreed };
        return new Result(await context.StepAsync("removing backups", interrupt => backups.CleanupAsync(request, interrupt)));
    }

    private sealed record Result(CleanupReport Report) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json) => CleanupOutput.WriteFields(json, Report);

        public void WriteText(TextOutput text) => CleanupOutput.WriteText(text, Report);
    }
}
