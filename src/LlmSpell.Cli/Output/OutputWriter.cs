using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Cli.Output;

/// <summary>Writes results and failures to the standard streams, in the format that was asked for.</summary>
internal sealed class OutputWriter(CommandLineHost host, OutputSettings settings)
{
    private readonly long _start = host.Clock.GetTimestamp();
    private ProgressTerminal? _progress;

    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        NewLine = "\n",
    };

    /// <exception cref="CommandException">It cannot be written: not the command has failed then, which may have changed something.</exception>
    public void Write(ICommandResult result)
    {
        try
        {
            if (settings.Format == OutputFormat.Json)
            {
                WriteJson(result.WriteJson);
            }
            else
            {
                WriteText(result.WriteText);
            }
        }
        catch (IOException error) when (error is not ClosedPipeException)
        {
            throw new CommandException(ExitCodes.Storage, $"cannot write the answer: {error.Message}", "What the command had to do is done; only its answer is lost.");
        }
    }

    public void Write(Failure failure)
    {
        failure = failure.Advising(settings.Commands);
        if (settings.Format == OutputFormat.Json)
        {
            WriteJson(json => FailureJson.Write(json, failure));
        }
        else
        {
            WriteText(text => WriteFailure(text, failure));
        }
    }

    /// <summary>A failure on standard error, whatever the format: for one that could not be written to standard output.</summary>
    public void WriteToError(Failure failure) => WriteText(text => WriteFailure(text, failure.Advising(settings.Commands)));

    /// <summary>Whether somebody wants to read of each step.</summary>
    public bool IsVerbose => settings.Verbosity == Verbosity.Verbose;

    /// <summary>Whether what goes to standard error is to have colours.</summary>
    public bool HasErrorColors => TerminalStyle.HasColors(host, settings.Color, host.IsErrorTerminal);

    /// <summary>How hints name commands.</summary>
    public AdvisedCommands Commands => settings.Commands;

    /// <summary>A remark on standard error, whatever the format.</summary>
    public void Remark(string message) => WriteBeside(text => text.Remark(message));

    /// <summary>A question on standard error, whatever the format.</summary>
    public void Ask(string question) => WriteText(text => text.Ask(question));

    /// <summary>A warning on standard error, whatever the format.</summary>
    public void Warn(string message, string hint)
    {
        if (settings.Verbosity != Verbosity.Quiet)
        {
            WriteBeside(text =>
            {
                text.Remark($"warning: {SafeText.OneLine(message)}");
                text.Hint(SafeText.OneLine(hint));
            });
        }
    }

    /// <summary>A step on standard error, with the time since the start, for those who asked with <c>--verbose</c>.</summary>
    public void Step(string message)
    {
        if (IsVerbose)
        {
            double elapsed = host.Clock.GetElapsedTime(_start).TotalMilliseconds;
            WriteBeside(text => text.Step(string.Create(CultureInfo.InvariantCulture, $"[{elapsed,8:F1} ms] {SafeText.OneLine(message)}")));
        }
    }

    /// <summary>Shows on a terminal that something goes on, until the bar is disposed; elsewhere nothing.</summary>
    /// <param name="label">What is going on, as in <c>exporting</c>.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="total">How many there are; null if nobody knows.</param>
    public ProgressBar StartProgress(string label, ProgressUnit unit = ProgressUnit.None, long? total = null)
    {
        bool isShown = host.IsErrorTerminal && settings.Verbosity == Verbosity.Normal && TerminalStyle.CanMoveCursor(host);
        if (isShown)
        {
            var line = new ProgressLine(HasErrorColors, TerminalStyle.HasUnicode(host));
            _progress ??= new ProgressTerminal(host.Error, line, host.TerminalWidth);
        }

        return new ProgressBar(label, unit, total, isShown ? _progress : null, host.Clock);
    }

    /// <summary>Ends the line that a terminal stands in, after a question without an answer.</summary>
    public void EndLine() => WriteText(text => text.ErrorDetail(""));

    private void WriteJson(Action<Utf8JsonWriter> write) => WriteInPlace(() =>
    {
        // Disposing of the writer would write once more after a failure to write.
        var json = new Utf8JsonWriter(host.Output, Indented);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        host.Output.Write("\n"u8);
        host.Output.Flush();
    });

    private void WriteText(Action<TextOutput> write) => WriteInPlace(() =>
    {
        using TextWriter output = Writer(host.Output);
        using TextWriter error = Writer(host.Error);
        bool isOutputStyled = TerminalStyle.HasColors(host, settings.Color, host.IsOutputTerminal);
        write(new TextOutput(output, error, host.IsErrorTerminal, isOutputStyled, HasErrorColors)
        {
            Width = host.IsOutputTerminal ? host.TerminalWidth() : null,
            Now = host.IsOutputTerminal ? host.Clock.GetUtcNow() : null,
            IsQuiet = settings.Verbosity == Verbosity.Quiet,
            Commands = settings.Commands,
        });
    });

    // A log on a disk that is full must not keep a script from saving.
    private void WriteBeside(Action<TextOutput> write)
    {
        try
        {
            WriteText(write);
        }
        catch (IOException error) when (error is not ClosedPipeException)
        {
        }
    }

    private void WriteInPlace(Action write)
    {
        if (_progress is { } progress)
        {
            progress.WriteInPlace(write);
        }
        else
        {
            write();
        }
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };

    private static void WriteFailure(TextOutput text, Failure failure)
    {
        // The list of problems says it all; a script's message is already whole.
        if (failure.Problems.Count == 0)
        {
            text.Error(failure.Traceback is null ? SafeText.OneLine(failure.Message) : failure.Message);
        }

        foreach (ConfigurationProblem problem in failure.Problems)
        {
            text.Error(problem.Severity == ProblemSeverity.Notice ? $"notice: {problem}" : problem.ToString());
        }

        if (failure.Traceback is { } traceback)
        {
            text.ErrorDetail(traceback);
        }

        if (failure.Details is { } details)
        {
            text.ErrorDetail(details);
        }
        else if (failure.FurtherHint is { } hint && failure.Problems.Count == 0)
        {
            text.Hint(hint);
        }
    }
}
