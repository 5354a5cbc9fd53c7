namespace LlmSpell.Cli.Repl.Terminals;

/// <summary>Reads lines, from a pipe or a file, or from a terminal that edits by itself, and puts those together that belong together.</summary>
/// <param name="readLine">The next line without its end; null at the end. Shared with the script's own reads.</param>
/// <param name="isIncomplete">Whether an input ends in the middle of something.</param>
/// <param name="prompt">Shows a prompt, for the first line or a further one.</param>
internal sealed class PlainInputReader(Func<string?> readLine, Func<string, bool> isIncomplete, Action<bool> prompt) : IInputReader
{
    public string? Read()
    {
        prompt(true);
        string? input = readLine();
        while (input is not null && isIncomplete(input))
        {
            prompt(false);
            if (readLine() is not { } more)
            {
                break;
            }

            input = $"{input}\n{more}";
        }

        return input;
    }
}
