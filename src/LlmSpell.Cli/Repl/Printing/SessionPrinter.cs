using System.Globalization;
using System.Text;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output;
using LlmSpell.Lua.Inspection;

namespace LlmSpell.Cli.Repl.Printing;

/// <summary>Writes what a session says: values and remarks to standard output, failures to standard error.</summary>
/// <param name="host">Has the streams.</param>
/// <param name="isStyled">Whether failures have colours.</param>
/// <param name="width">The columns that values may take.</param>
/// <param name="commands">How hints name commands.</param>
internal sealed class SessionPrinter(CommandLineHost host, bool isStyled, Func<int> width, AdvisedCommands commands)
{
    private const string Red = "31";
    private const string Faint = "2";

    /// <summary>Where the session's scripts write.</summary>
    public LineStartStream Output { get; } = new(host.Output);

    /// <summary>Values on one line where they fit, else one below the other.</summary>
    public void Write(Evaluation evaluation)
    {
        if (evaluation.Count == 0)
        {
            return;
        }

        BeginLine();
        int columns = width();
        string[] values = [.. evaluation.Values.Select(value => ValueLayout.Format(value, columns))];
        bool isShort = values.Sum(value => SafeText.Width(value) + 2) - 2 <= columns && !values.Any(value => value.Contains('\n', StringComparison.Ordinal));
        WriteLine(string.Join(isShort ? "  " : "\n", values));
        if (evaluation.Count > values.Length)
        {
            WriteLine(string.Create(CultureInfo.InvariantCulture, $"… {evaluation.Count - values.Length:N0} more values"));
        }
    }

    public void Write(Failure failure)
    {
        BeginLine();
        failure = failure.Advising(commands);
        var text = new StringBuilder(Styled(Safe(failure.Message), Red)).Append('\n');
        if (failure.Traceback is { } traceback)
        {
            text.Append(Styled(Safe(traceback), Faint)).Append('\n');
        }

        if (failure.FurtherHint is { } hint)
        {
            text.Append("hint: ").Append(Safe(hint)).Append('\n');
        }

        host.Error.Write(Encoding.UTF8.GetBytes(text.ToString()));
        host.Error.Flush();
    }

    public void WriteLine(string text)
    {
        Output.Write(Encoding.UTF8.GetBytes(text + "\n"));
        Output.Flush();
    }

    /// <summary>Ends the line that a script left open.</summary>
    public void BeginLine()
    {
        if (!Output.IsAtLineStart)
        {
            WriteLine("");
        }
    }

    /// <summary>Begins a line with a prompt, which what is typed then ends.</summary>
    public void Prompt(string prompt)
    {
        BeginLine();
        host.Output.Write(Encoding.UTF8.GetBytes(prompt));
        host.Output.Flush();
    }

    private static string Safe(string text) =>
        string.Join('\n', text.Split('\n').Select(line => SafeText.OneLine(line.Replace("\t", "  ", StringComparison.Ordinal))));

    private string Styled(string text, string style) => isStyled ? $"\e[{style}m{text}\e[0m" : text;
}
