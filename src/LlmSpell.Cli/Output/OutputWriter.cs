using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Output;

/// <summary>Writes results and failures to the standard streams, in the format that was asked for.</summary>
internal sealed class OutputWriter(CommandLineHost host, OutputFormat format)
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        NewLine = "\n",
    };

    public void Write(ICommandResult result)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(result.WriteJson);
        }
        else
        {
            WriteText(result.WriteText);
        }
    }

    public void Write(Failure failure)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(json => WriteFailure(json, failure));
        }
        else
        {
            WriteText(text => WriteFailure(text, failure));
        }
    }

    /// <summary>A remark on standard error, whatever the format: progress, a question.</summary>
    public void Remark(string message) => WriteText(text => text.Remark(message));

    /// <summary>A warning on standard error, whatever the format.</summary>
    public void Warn(string message, string hint) => WriteText(text =>
    {
        text.Remark($"warning: {SafeText.OneLine(message)}");
        text.ErrorDetail($"hint: {SafeText.OneLine(hint)}");
    });

    /// <summary>Ends the line that a terminal stands in, after a question without an answer.</summary>
    public void EndLine() => WriteText(text => text.ErrorDetail(""));

    private void WriteJson(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(host.Output, Indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        host.Output.Write("\n"u8);
        host.Output.Flush();
    }

    private void WriteText(Action<TextOutput> write)
    {
        bool isPlain = host.Environment("NO_COLOR") is { Length: > 0 } || host.Environment("TERM") is null or "dumb";
        using TextWriter output = Writer(host.Output);
        using TextWriter error = Writer(host.Error);
        write(new TextOutput(output, error, host.IsErrorTerminal, host.IsOutputTerminal && !isPlain, host.IsErrorTerminal && !isPlain));
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 4096, leaveOpen: true) { NewLine = "\n" };

    private static void WriteFailure(TextOutput text, Failure failure)
    {
        // The list of problems says it all; a script's message is already whole.
        if (failure.Problems.Count == 0)
        {
            text.Error(failure.Message);
        }

        foreach (ConfigurationProblem problem in failure.Problems)
        {
            text.Error(problem.Severity == ProblemSeverity.Notice ? $"notice: {problem}" : problem.ToString());
        }

        if (failure.Traceback is { } traceback)
        {
            text.ErrorDetail(traceback);
        }

        if (failure.Hint is { } hint && failure.Problems.Count == 0)
        {
            text.ErrorDetail($"hint: {hint}");
        }
    }

    private static void WriteFailure(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("kind"u8, failure.Code.Kind);
        json.WriteNumber("exit_code"u8, failure.Code.Number);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("hint"u8, failure.Hint);
        if (failure.Traceback is not null)
        {
            json.WriteString("traceback"u8, failure.Traceback);
        }

        if (failure.File is not null)
        {
            json.WriteString("file"u8, failure.File);
        }

        if (failure.Block is { } block)
        {
            json.WriteNumber("block"u8, block);
        }

        if (failure.Problems.Count > 0)
        {
            ProblemJson.WriteList(json, failure.Problems);
        }

        json.WriteEndObject();
    }
}
