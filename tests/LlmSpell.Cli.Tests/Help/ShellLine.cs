using System.Text;

namespace LlmSpell.Cli.Tests.Help;

/// <summary>A line of shell as the examples have it: words, quotes, and what joins commands.</summary>
internal static class ShellLine
{
    private const string Operators = "|<>&;()";

    /// <summary>Whether only a shell can run it.</summary>
    public static bool NeedsShell(string line) => Words(line).Any(word => word.IsOperator);

    /// <summary>The arguments of each call of the program in the line.</summary>
    public static IEnumerable<string[]> Calls(string line)
    {
        List<string>? call = null;
        foreach ((string text, bool isOperator) in Words(line).Append(("", true)))
        {
            if (isOperator)
            {
                if (call is not null)
                {
                    yield return [.. call];
                }

                call = null;
            }
            else if (call is null && text == "llmspell")
            {
                call = [];
            }
            else
            {
                call?.Add(text);
            }
        }
    }

    private static IEnumerable<(string Text, bool IsOperator)> Words(string line)
    {
        var word = new StringBuilder();
        bool isWord = false;
        char? quote = null;
        foreach (char c in line)
        {
            if (quote is not null)
            {
                quote = c == quote ? null : quote;
                word.Append(quote is null ? "" : c.ToString());
            }
            else if (c is '"' or '\'')
            {
                (quote, isWord) = (c, true);
            }
            else if (c != ' ' && !Operators.Contains(c))
            {
                word.Append(c);
                isWord = true;
            }
            else
            {
                if (isWord)
                {
                    yield return (word.ToString(), false);
                }

                word.Clear();
                isWord = false;
                if (c != ' ')
                {
                    yield return (c.ToString(), true);
                }
            }
        }

        if (isWord)
        {
            yield return (word.ToString(), false);
        }
    }
}
