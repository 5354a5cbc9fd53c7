namespace LlmSpell.Cli.Output;

/// <summary>Lines for people. What is remarkable but not the answer goes to standard error, so that pipes carry only the answer.</summary>
internal sealed class TextOutput(TextWriter output, TextWriter error, bool isErrorTerminal, bool isOutputStyled, bool isErrorStyled)
{
    /// <summary>The columns of the terminal that the answer goes to; null where it goes elsewhere and may be as wide as it likes.</summary>
    public int? Width { get; init; }

    /// <summary>The present time where a person reads the answer now; null where it is kept, and <c>3 min ago</c> would become wrong.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Whether only errors go to standard error.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>How hints name commands.</summary>
    public AdvisedCommands Commands { get; init; } = AdvisedCommands.AsTheyStand;

    public void Line(string text = "") => output.WriteLine(text);

    public void Heading(string text) => output.WriteLine(Styled(text, "1", isOutputStyled));

    /// <summary>A moment for a table: how long ago for a person at the terminal, else UTC.</summary>
    public string Time(DateTimeOffset moment) => Now is { } now ? Quantities.Ago(moment, now) : Quantities.Time(moment);

    /// <summary>A moment with room for both: UTC, and how long ago for a person at the terminal.</summary>
    public string FullTime(DateTimeOffset moment) =>
        Now is { } now ? $"{Quantities.Time(moment)} ({Quantities.Ago(moment, now)})" : Quantities.Time(moment);

    /// <summary>What a person likes to read of a success. Without one at the terminal, silence says that all went well.</summary>
    public void Aside(string text)
    {
        if (isErrorTerminal)
        {
            Remark(text);
        }
    }

    /// <summary>A remark; commands in it stand in backticks.</summary>
    public void Remark(string text)
    {
        if (!IsQuiet)
        {
            Ask(Commands.In(text));
        }
    }

    /// <summary>A question: asked also of those who want to read nothing else.</summary>
    public void Ask(string text) => error.WriteLine($"{Styled("llmspell:", "33", isErrorStyled)} {text}");

    public void Error(string text) => error.WriteLine($"{Styled("llmspell:", "31", isErrorStyled)} {text}");

    /// <summary>What to do about it; commands stand in backticks.</summary>
    public void Hint(string text) => error.WriteLine($"hint: {Commands.In(text)}");

    public void ErrorDetail(string text) => error.WriteLine(text);

    /// <summary>A step, for those who asked for them.</summary>
    public void Step(string text) => error.WriteLine(Styled($"llmspell: {text}", "2", isErrorStyled));

    /// <summary>Part of a line, in a style where the output has styles.</summary>
    /// <param name="text">What to style.</param>
    /// <param name="style">The number of an SGR sequence (ECMA-48), such as <c>31</c> for red.</param>
    public string Styled(string text, string style) => Styled(text, style, isOutputStyled);

    private static string Styled(string text, string style, bool isStyled) => isStyled ? $"\e[{style}m{text}\e[0m" : text;
}
