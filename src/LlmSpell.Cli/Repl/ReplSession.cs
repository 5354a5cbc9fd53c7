using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Repl.History;
using LlmSpell.Cli.Repl.Printing;
using LlmSpell.Lua;
using LlmSpell.Lua.Inspection;

namespace LlmSpell.Cli.Repl;

/// <summary>Reads an input, runs it, prints what came of it, until the inputs end. A failure ends the input, not the session.</summary>
/// <param name="host">Whose globals the inputs share.</param>
/// <param name="printer">Where values and failures go.</param>
/// <param name="setRunning">Told before and after each input.</param>
internal sealed class ReplSession(LuaHost host, SessionPrinter printer, Action<bool> setRunning)
{
    private const string InputName = "input";

    /// <summary>Whether any input failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The inputs so far, and where they are kept; none without a person.</summary>
    public HistoryList? History { get; init; }

    public HistoryFile? HistoryFile { get; init; }

    public void Run(IInputReader reader)
    {
        while (reader.Read() is { } input && Take(input))
        {
        }
    }

    /// <summary>Does what the input says; false if it says to leave.</summary>
    private bool Take(string input)
    {
        string word = input.Trim();
        if (word.Length == 0)
        {
            return true;
        }

        Remember(input.TrimEnd());
        switch (word)
        {
            case ".exit":
            case "exit" or "quit" when IsFree(word):
                return false;
            case ".help":
            case "help" when IsFree(word):
                printer.WriteLine(ReplHelp.Text);
                return true;
            case ['.', >= 'a' and <= 'z', ..]:
                Fail(new Failure(ExitCodes.Usage, $"there is no command {word}", ".help shows what there is."));
                return true;
            default:
                Evaluate(input);
                return true;
        }
    }

    private void Evaluate(string input)
    {
        setRunning(true);
        try
        {
            Evaluation evaluation = host.Evaluate(input, InputName);
            if (evaluation.IsIncomplete)
            {
                Fail(new Failure(ExitCodes.ScriptFailed, $"{InputName}: it ends in the middle of something", null));
                return;
            }

            printer.Write(evaluation);
        }
        catch (LuaScriptException error)
        {
            Fail(Failure.From(error));
        }
        finally
        {
            setRunning(false);
            printer.BeginLine();
        }
    }

    private void Fail(Failure failure)
    {
        HasFailed = true;
        printer.Write(failure);
    }

    private void Remember(string input)
    {
        if (History is not null && input[0] != ' ')
        {
            History.Add(input);
            HistoryFile?.Append(input);
        }
    }

    // A script may have given the word a meaning of its own.
    private bool IsFree(string name) => !host.FindFields([], name).Any(field => field.Name == name);
}
