using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State.Transfer;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.Lua.Streams;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateExportCommand
{
    private const string StandardOutput = "-";

    public static Command Create()
    {
        Argument<string> file = Filled.Argument(new Argument<string>("FILE")
        {
            Description = "The file to write, which must not be there yet; - or nothing: standard output.",
            Arity = ArgumentArity.ZeroOrOne,
        });
        Option<string?> scope = EntryFilter.ScopeOption();
        Option<string?> prefix = StateArguments.Prefix();
        return new HandledCommand(
            "export", "Write the entries of the state as lines of JSON, without loss.",
            context => RunAsync(context, context.Value(file) ?? StandardOutput, new EntryFilter(context.Value(scope), context.Value(prefix))))
        {
            Arguments = { file },
            Options = { scope, prefix },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell state export all.ndjson", "Write the whole state into a file."),
                new("llmspell state export --scope user:1 | jq -r .key", "Look at one scope with another tool."),
                new("llmspell state export | llmspell -c other/llmspell.toml state import", "Copy all entries into another state."),
            ],
            SeeAlso = ["backup create"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string file, EntryFilter filter)
    {
        bool isOutput = file == StandardOutput;
        if (isOutput && context.IsJson)
        {
            throw new CommandException(
                ExitCodes.Usage, "standard output takes the export, and so not the document of --output json", "Name a file, or leave --output json out: the export is JSON.");
        }

        string path = Path.GetFullPath(file, context.Host.WorkingFolder);
        if (!isOutput && Path.Exists(path))
        {
            throw new CommandException(ExitCodes.Usage, $"{path} exists already", "Name another file, or move that one away.");
        }

        StateStore store = StateArguments.Existing(context);
        long start = context.Host.Clock.GetTimestamp();
        using IStateSnapshot snapshot = store.OpenSnapshot();
        long? total = filter.TakesAll ? snapshot.Status.Entries : null;
        using ProgressBar progress = context.Output.StartProgress("exporting", ProgressUnit.Entries, total);
        ExportStream written = isOutput
            ? await WriteToOutputAsync(context, snapshot, filter, progress)
            : await WriteToFileAsync(context, snapshot, filter, path, progress);
        if (written.Entries == 0 && filter.Scope is { } scope)
        {
            StateArguments.RemarkIfNoScope(context, store, scope);
        }

        string summary =
            $"{Quantities.Count(written.Entries, "entry", "entries")}, {Quantities.Size(written.Bytes)}, in {Quantities.Duration(context.Host.Clock.GetElapsedTime(start))}";
        return isOutput ? new NoFurtherResult($"exported {summary}") : new Result(path, written, summary);
    }

    private static async Task<ExportStream> WriteToFileAsync(
        CommandContext context, IStateSnapshot snapshot, EntryFilter filter, string path, ProgressBar progress)
    {
        CancellationToken interrupt = context.Interrupt;
        try
        {
            await using PublishedFile published = PublishedFile.Begin(path);
            ExportStream written = await ExportStream.WriteAsync(
                snapshot, filter, block => published.WriteAsync(block, CancellationToken.None), progress, interrupt);
            await published.CompleteAsync(CancellationToken.None);
            return written;
        }
        catch (StateStorageException error) when (error.Message.Contains(path, StringComparison.Ordinal))
        {
            // The helper is the backups', and so are its hints.
            throw new CommandException(ExitCodes.Storage, error.Message, "Name a file in a folder that you may write to, on a disk with room for it.");
        }
    }

    private static async Task<ExportStream> WriteToOutputAsync(
        CommandContext context, IStateSnapshot snapshot, EntryFilter filter, ProgressBar progress)
    {
        Stream output = context.Host.Output;
        try
        {
            return await ExportStream.WriteAsync(
                snapshot, filter,
                block =>
                {
                    WriteBlock(output, block.Span);
                    return ValueTask.CompletedTask;
                },
                progress, context.Interrupt);
        }
        catch (Exception error) when (error is not ClosedPipeException)
        {
            try
            {
                WriteFailure(output, Failure.From(error));
            }
            catch (IOException)
            {
                // Then the line that was begun stays without an end, which no reader takes for the whole export either.
            }

            throw;
        }
    }

    private static void WriteBlock(Stream output, ReadOnlySpan<byte> block)
    {
        try
        {
            output.Write(block);
        }
        catch (IOException error) when (error is not ClosedPipeException)
        {
            throw new CommandException(
                ExitCodes.Storage, $"cannot write the export to standard output: {error.Message}", "What has been written is not the whole state: export once more to where there is room.");
        }
    }

    /// <summary>Ends the lines so that no reader takes them for the whole export: `state import` refuses this one.</summary>
    private static void WriteFailure(Stream output, Failure failure)
    {
        using var line = new MemoryStream();
        line.WriteByte((byte)'\n');
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("kind"u8, failure.Code.Kind);
            json.WriteString("message"u8, failure.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        output.Flush();
    }

    private sealed record Result(string File, ExportStream Written, string Summary) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("file"u8, File);
            json.WriteNumber("entries"u8, Written.Entries);
            json.WriteNumber("bytes"u8, Written.Bytes);
        }

        public void WriteText(TextOutput text) => text.Line($"wrote {SafeText.OneLine(File)}: {Summary}");
    }
}
