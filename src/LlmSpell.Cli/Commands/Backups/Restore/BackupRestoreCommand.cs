using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups.Compare;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Restore;

internal static class BackupRestoreCommand
{
    public static Command Create()
    {
        Argument<string> id = BackupReference.Argument();
        SelectionOptions selection = new();
        Option<string?> to = Filled.Option(
            new Option<string?>("--to") { Description = "Restore into the state of another configuration.", HelpName = GlobalOptions.OtherConfiguration });
        Option<bool> dryRun = Flag.Create("Show what would change, and change nothing; with --verbose each entry.", "--dry-run", "-n");
        Option<bool> noSafety = Flag.Create("Take no safety backup of the present state; the restore cannot be undone then.", "--no-safety-backup");
        Option<bool> replaceDamaged = Flag.Create("Put a damaged state aside, and make a new one from the backup.", "--replace-damaged");
        return new HandledCommand(
            "restore", "Replace the state by a backup's, or a part of it, all or nothing, after a safety backup of the present state.",
            context => RunAsync(context, new Order(
                context.Value(id)!, selection.Read(context), context.Value(to),
                context.Value(dryRun), !context.Value(noSafety), context.Value(replaceDamaged))))
        {
            Arguments = { id },
            Options = { selection.Scopes, selection.Keys, to, dryRun, noSafety, replaceDamaged },
            CanAsk = true,
            OnlyReads = context => context.Value(dryRun) || context.Value(to) is not null,
            Examples = static () =>
            [
                new("llmspell backup restore latest", "Bring the newest backup back, after a question."),
                new("llmspell backup restore latest --dry-run -v", "Show what that would change."),
                new("llmspell backup restore latest --scope 'agent:*' --yes", "Bring back some scopes only, without a question."),
                new("llmspell backup restore latest --to other/llmspell.toml", "Bring it back as another state, beside this one."),
            ],
            SeeAlso = ["backup diff", "backup undo-restore"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, Order order)
    {
        context.Workspace.ExpectsNewState = true;
        if (order.ReplacesDamaged)
        {
            return await ReplaceDamagedAsync(context, order);
        }

        RestoreTarget target = context.Own(RestoreTarget.Open(context, order.To, order.IsDryRun));
        return await BackupReference.UseAsync([order.Backup], () => RestoreAsync(context, order, target));
    }

    private static async Task<ICommandResult> RestoreAsync(CommandContext context, Order order, RestoreTarget target)
    {
        BackupSummary backup = await BackupReference.ResolveAsync(context, order.Backup);
        RestoreRequest request = new()
        {
            Selection = order.Selection,
            SafetyBackup = order.TakesSafety,
            SafetyStorage = target.SafetyStorage(order.TakesSafety),
            AdoptsStore = !target.IsOther,
        };
        if (order.IsDryRun)
        {
            return RestorePreview.Of(context, target, order.Backup, backup, request);
        }

        // A state that is new or empty has nothing to lose.
        if (target.Workspace.ExistingStore?.ReadStatus() is { Entries: > 0 } present)
        {
            await context.ConfirmAsync(Consequence(target, backup, request, present));
        }

        return new RestoreOutcome(await context.StepAsync(
            "restoring", (progress, interrupt) => target.Backups.RestoreAsync(backup.Id.Value, request, progress, interrupt)))
        {
            Configuration = order.To,
            Selection = order.Selection,
        };
    }

    private static async Task<ICommandResult> ReplaceDamagedAsync(CommandContext context, Order order)
    {
        if (order.IsDryRun || order.To is not null || !order.Selection.TakesAll)
        {
            throw new CommandException(
                ExitCodes.Usage, "--replace-damaged restores a whole backup in place: it takes no --dry-run, --to, --scope or --key",
                "`llmspell state check` says whether the state is damaged.");
        }

        // Before anything is looked for: it says where no state can be damaged, since none stays.
        _ = context.Backups;
        BackupSummary backup = await BackupReference.ResolveAsync(context, order.Backup, looksAtStore: false);
        string aside = await DamagedState.PutAsideAsync(context, backup.Id.Value);
        try
        {
            return new RestoreOutcome(await context.StepAsync(
                "restoring", (progress, interrupt) => context.Backups.RestoreAsync(backup.Id.Value, request: null, progress, interrupt)))
            {
                DamagedFiles = aside,
            };
        }
        catch (Exception error) when (error is StateException or OperationCanceledException)
        {
            // What is in its place opens without an error, so a script would begin anew there.
            Failure failure = Failure.From(error);
            throw new CommandException(
                failure.Code,
                $"{failure.Message.TrimEnd('.')}; the damaged state was put into {aside}, and the one in its place may be empty",
                $"Before any script runs, `llmspell backup restore {backup.Id}` brings the backup there, once the cause is gone; or move the files of that folder back.");
        }
    }

    private static string Consequence(RestoreTarget target, BackupSummary backup, RestoreRequest request, StoreStatus present)
    {
        string what = $"backup {backup.Id} of {Quantities.Time(backup.CreatedAt)}";
        string where = $"the state in {target.Workspace.Configuration.State.Folder} ({Quantities.Count(present.Entries, "entry", "entries")})";
        string safety = request.SafetyBackup ? "" : ", without a safety backup";
        return request.Selection.TakesAll
            ? $"{what} ({Quantities.Count(backup.Manifest.Entries, "entry", "entries")}) replaces {where}{safety}"
            : $"{SafeText.OneLine(request.Selection.ToString())} of {what} replaces the same in {where}{safety}";
    }

    private sealed record Order(
        string Backup, EntrySelection Selection, string? To, bool IsDryRun, bool TakesSafety, bool ReplacesDamaged);
}
