using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State.Transfer;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateImportCommand
{
    private const string StandardInput = "-";
    private const string FileHint = "Name a file that `llmspell state export` wrote, or - for standard input.";

    public static Command Create()
    {
        Argument<string> file = Filled.Argument(new Argument<string>("FILE")
        {
            Description = "The file to read, as state export writes it; - or nothing: standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        });
        Option<string?> scope = EntryFilter.ScopeOption();
        Option<string?> prefix = StateArguments.Prefix();
        Option<bool> replace = Flag.Create("Replace the whole state, after a safety backup, instead of adding to it.", "--replace");
        Option<bool> dryRun = Flag.Create("Check the input and count what would change; change nothing.", "--dry-run");
        return new HandledCommand(
            "import", "Store entries from lines of JSON, all or none.",
            context => RunAsync(context, new Order(
                context.Value(file) ?? StandardInput, new EntryFilter(context.Value(scope), context.Value(prefix)), context.Value(replace), context.Value(dryRun))))
        {
            Arguments = { file },
            Options = { scope, prefix, replace, dryRun },
            CanAsk = true,
            OnlyReads = context => context.Value(dryRun),
            Examples = static () =>
            [
                new("llmspell state import state.ndjson", "Add the entries of a file to the state."),
                new("llmspell state import state.ndjson --dry-run", "Only say what would change."),
                new("llmspell state export | llmspell -c other/llmspell.toml state import", "Copy all entries into another state."),
            ],
            SeeAlso = ["backup restore"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, Order order)
    {
        if (order.Replace && !order.Filter.TakesAll)
        {
            throw new CommandException(
                ExitCodes.Usage, "--replace replaces the whole state, so it takes neither --scope nor --prefix", "To replace one scope, clear it first: `llmspell state clear SCOPE`.");
        }

        if (!BackendFactory.KeepsState(context.Workspace.Configuration.State))
        {
            throw StateArguments.NoState(context.Workspace);
        }

        // From here on a Ctrl-C ends it in order.
        context.Interrupt.ThrowIfCancellationRequested();
        using ImportSpool spool = new(SpoolFolder(context.Workspace.Configuration.State.Folder));
        long skipped = await ReadAsync(context, order, spool);
        return order.Replace ? await ReplaceAsync(context, order, spool) : Merge(context, order, spool, skipped);
    }

    private static async Task<long> ReadAsync(CommandContext context, Order order, ImportSpool spool)
    {
        var reading = new ImportReading(
            order.Source, order.Filter, order.Replace, context.Workspace.Configuration.State.MaxValueBytes, UnixTime.Microseconds(context.Host.Clock));
        using ProgressBar progress = context.Output.StartProgress("reading", ProgressUnit.Bytes);
        await InputBytes.ReadAsync(context, order.Source, () => Open(context, order.File), (input, interrupt) =>
        {
            progress.Total = input.CanSeek ? input.Length : null;
            reading.Read(input, spool, progress, interrupt);
            return true;
        });
        return reading.Skipped;
    }

    private static Stream Open(CommandContext context, string file)
    {
        if (file == StandardInput)
        {
            return context.Host.OpenInput();
        }

        string path = Path.GetFullPath(file, context.Host.WorkingFolder);
        if (Directory.Exists(path))
        {
            throw new CommandException(ExitCodes.Usage, $"{path} is a folder; nothing was imported", FileHint);
        }

        try
        {
            return File.OpenRead(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCodes.NotFound, $"there is no file {path}; nothing was imported", FileHint);
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Storage, $"{path} cannot be read: permission denied; nothing was imported", "Give this user the right to read it.");
        }
    }

    private static ImportResult Merge(CommandContext context, Order order, ImportSpool spool, long skipped)
    {
        using ProgressBar progress = context.Output.StartProgress("importing", ProgressUnit.Entries, spool.Count);
        ImportWriting writing = new(spool, progress, context.Interrupt);
        ImportCounts counts = order.DryRun || spool.Count == 0
            ? writing.PlanMerge(context.Workspace.ExistingStore)
            : writing.Merge(context.Workspace.Store);
        return new ImportResult(order.Source, order.DryRun, order.Replace, spool.Count, skipped, counts, null);
    }

    private static async Task<ImportResult> ReplaceAsync(CommandContext context, Order order, ImportSpool spool)
    {
        Workspace workspace = context.Workspace;
        long present = workspace.ExistingStore?.ReadStatus().Entries ?? 0;
        if (spool.Count == 0 && present > 0)
        {
            // What an export that was killed leaves in a pipe.
            throw new CommandException(
                ExitCodes.Usage, $"{order.Source} has no entries to replace the state with; nothing was changed",
                "To delete entries, use `llmspell state clear SCOPE`.");
        }

        if (order.DryRun)
        {
            return new ImportResult(order.Source, true, true, spool.Count, 0, new ImportCounts(spool.Count, 0, 0, present), null);
        }

        bool hasBackups = workspace.BackupsUnavailable is null;
        if (present > 0)
        {
            await context.ConfirmAsync(
                $"{Quantities.Count(spool.Count, "entry", "entries")} from {SafeText.OneLine(order.Source)} replace the state in {workspace.Configuration.State.Folder} " +
                $"({Quantities.Count(present, "entry", "entries")}{(hasBackups ? "" : "; backups are switched off, so there is no way back")})");
        }

        using ProgressBar progress = context.Output.StartProgress("importing", ProgressUnit.Entries, spool.Count);
        using IStateReplacement replacement = workspace.Store.BeginReplacement(context.Interrupt);
        present = replacement.Present.Entries;
        BackupSummary? safety = present > 0 && hasBackups
            ? await context.Backups.CreateSafetyAsync("the state before an import replaced it", context.Interrupt)
            : null;
        try
        {
            new ImportWriting(spool, progress, context.Interrupt).Append(replacement);
        }
        catch (OperationCanceledException) when (safety is not null)
        {
            await context.Backups.WithdrawSafetyAsync(safety);
            throw;
        }

        replacement.Commit(backupId: null, adopt: null);
        workspace.Store.Flush();
        return new ImportResult(order.Source, false, true, spool.Count, 0, new ImportCounts(spool.Count, 0, 0, present), safety);
    }

    /// <summary>The state's folder, or the nearest above it that is there: on the disk that must have room for the entries anyhow.</summary>
    private static string SpoolFolder(string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }

    /// <summary>What was asked for.</summary>
    private sealed record Order(string File, EntryFilter Filter, bool Replace, bool DryRun)
    {
        /// <summary>What people call the input.</summary>
        public string Source => File == StandardInput ? InputBytes.StandardInput : File;
    }
}
