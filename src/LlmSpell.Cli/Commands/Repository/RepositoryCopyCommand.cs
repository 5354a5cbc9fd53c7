using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Commands.Repository;

internal static class RepositoryCopyCommand
{
    private const string To = "--to";

    public static Command Create()
    {
        Argument<string[]> ids = BackupReference.Several("None: all.");
        Option<string> to = Filled.Option(
            new Option<string>(To) { Description = "The folder of the other repository; made if there is none.", HelpName = "DIR", Required = true });
        Option<bool> newest = Flag.Create("Only the newest backup of this state; the same as latest.", "--newest");
        Option<bool> all = Flag.Create("All backups, which is the default.", "--all");
        return new HandledCommand(
            "copy", "Copy backups to another repository, and check every byte on the way.",
            context => RunAsync(context, context.Value(to)!, context.Value(ids) ?? [], context.Value(newest), context.Value(all)))
        {
            Arguments = { ids },
            Options = { to, newest, all },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell repository copy --to ~/second-place", "Copy what is not there yet; what was interrupted goes on."),
                new("llmspell repository copy --to ~/second-place --newest", "Only the newest backup, with all that it needs."),
                new("llmspell repository copy --to ~/second-place 20260301-120000-abcdefgh", "A certain one."),
            ],
            SeeAlso = ["backup list"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string to, string[] references, bool newest, bool all)
    {
        if ((newest ? 1 : 0) + (all ? 1 : 0) + (references.Length > 0 ? 1 : 0) > 1)
        {
            throw new CommandException(ExitCodes.Usage, "ids, --newest and --all exclude each other", "Name one of them, or none for all.");
        }

        BackupService backups = context.Repository;
        string folder = Path.GetFullPath(to, context.Host.WorkingFolder);
        if (FolderNesting.Problem(backups.Location, folder) is { } nesting)
        {
            throw new CommandException(ExitCodes.Usage, $"{nesting}: a copy there would be no second place", "Name a folder elsewhere, best on another disk.");
        }

        CheckTarget(folder);
        FolderPath.Check(folder, To);
        string[] named = newest ? [BackupReference.Latest] : references;
        CopyReport done = new([], [], [], 0, 0);
        return await BackupReference.UseAsync(named, async () =>
        {
            var request = new CopyRequest { Ids = await BackupReference.ResolveManyAsync(context, named, all: named.Length == 0) };
            CopyReport report = await context.StepAsync(
                "copying", (progress, interrupt) => CopyAsync(backups, folder, request, progress, interrupt));
            done = Join(done, report);

            // Only latest can mean a backup that was not named and is gone.
            return report.Failed.Select(static failed => failed.Problem).OfType<BackupNotFoundException>().FirstOrDefault(gone => !named.Contains(gone.Id)) is { } gone
                ? throw gone
                : new Result(backups.Location, folder, done, context.Output.Commands);
        });
    }

    private static async Task<CopyReport> CopyAsync(
        BackupService backups, string folder, CopyRequest request, IProgress<BackupProgress> progress, CancellationToken interrupt)
    {
        try
        {
            return await backups.CopyAsync(new FolderStorage(folder), request, progress, interrupt);
        }
        catch (StateStorageException error) when (
            error.InnerException is { } cause && (FullDisk.IsReason(cause) || FileFailure.IsReadOnly(cause)) && error.Message.Contains($" {folder}", StringComparison.Ordinal))
        {
            // Its hints are about the configuration's own backups.
            throw new CommandException(
                ExitCodes.Storage, error.Message, $"Name a folder with {To} that you may write to, on a disk with room for the backups. What has arrived there is not copied again.");
        }
    }

    /// <summary>What two attempts did together, of which the second was about the same backups, and what latest meant by then.</summary>
    private static CopyReport Join(CopyReport first, CopyReport second) => new(
        [.. first.Copied, .. second.Copied],
        [.. second.AlreadyThere.Except(first.Copied)],
        second.Failed,
        first.Files + second.Files,
        first.Bytes + second.Bytes);

    private static void CheckTarget(string folder)
    {
        if (BackendFactory.StatesIn(folder) is [var state, ..])
        {
            throw new CommandException(ExitCodes.Usage, $"{folder} holds a state, {state}", "Keep backups in a folder of their own.");
        }

        for (string? outer = Path.GetDirectoryName(folder); outer is not null; outer = Path.GetDirectoryName(outer))
        {
            if (File.Exists(Path.Combine(outer, RepositoryPaths.Descriptor)))
            {
                throw new CommandException(
                    ExitCodes.Usage, $"{folder} lies inside of the repository {outer}", "Name that folder, or one outside of it.");
            }
        }
    }

    private sealed record Result(string From, string To, CopyReport Report, AdvisedCommands Commands) : ICommandResult
    {
        public ExitCode Code => Report.Failed.Count == 0 ? ExitCodes.Done
            : Report.Failed.Any(static failed => failed.Problem is BackupDamagedException) ? ExitCodes.BackupDamaged
            : Report.Failed.All(static failed => failed.Problem is BackupNotFoundException) ? ExitCodes.NotFound : ExitCodes.Storage;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("from"u8, From);
            json.WriteString("to"u8, To);
            DamageOutput.WriteIds(json, "copied"u8, Report.Copied);
            DamageOutput.WriteIds(json, "already_there"u8, Report.AlreadyThere);
            json.WriteStartArray("failed"u8);
            foreach (FailedCopy failed in Report.Failed)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, failed.Id.Value);
                json.WriteString("message"u8, failed.Problem.Message);
                json.WriteString("hint"u8, failed.Problem.Hint is { } hint ? Commands.In(hint) : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("files"u8, Report.Files);
            json.WriteNumber("bytes"u8, Report.Bytes);
        }

        public void WriteText(TextOutput text)
        {
            if (Report.Copied.Count + Report.AlreadyThere.Count + Report.Failed.Count == 0)
            {
                text.Remark($"no backups in {SafeText.OneLine(From)} yet");
            }

            foreach (BackupId id in Report.Copied)
            {
                text.Line($"copied: {id}");
            }

            text.Line(
                $"{SafeText.OneLine(To)}: {Quantities.Count(Report.Copied.Count, "backup", "backups")} copied ({Quantities.Size(Report.Bytes)}), " +
                $"{Quantities.Count(Report.AlreadyThere.Count)} there already");
            foreach (FailedCopy failed in Report.Failed)
            {
                text.Error(SafeText.OneLine($"{failed.Id} was not copied: {failed.Problem.Message}"));
                if (failed.Problem.Hint is { } hint)
                {
                    text.Hint(SafeText.OneLine(hint));
                }
            }
        }
    }
}
