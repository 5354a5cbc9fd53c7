namespace LlmSpell.Cli.Output;

/// <summary>Lines for people. What is remarkable but not the answer goes to standard error, so that pipes carry only the answer.</summary>
internal sealed class TextOutput(TextWriter output, TextWriter error, bool isErrorTerminal, bool isOutputStyled, bool isErrorStyled)
{
    public void Line(string text = "") => output.WriteLine(text);

    public void Heading(string text) => output.WriteLine(Styled(text, "1", isOutputStyled));

    /// <summary>What a person likes to read of a success. Without one at the terminal, silence says that all went well.</summary>
    public void Aside(string text)
    {
        if (isErrorTerminal)
        {
            Remark(text);
        }
    }

    public void Remark(string text) => error.WriteLine($"{Styled("llmspell:", "33", isErrorStyled)} {text}");

    public void Error(string text) => error.WriteLine($"{Styled("llmspell:", "31", isErrorStyled)} {text}");

    public void ErrorDetail(string text) => error.WriteLine(text);

    /// <summary>Part of a line, in a style where the output has styles.</summary>
    /// <param name="text">What to style.</param>
    /// <param name="style">The number of an SGR sequence (ECMA-48), such as <c>31</c> for red.</param>
    public string Styled(string text, string style) => Styled(text, style, isOutputStyled);

    private static string Styled(string text, string style, bool isStyled) => isStyled ? $"\e[{style}m{text}\e[0m" : text;
}
