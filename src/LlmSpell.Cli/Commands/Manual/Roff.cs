using System.Globalization;
using System.Text;

namespace LlmSpell.Cli.Commands.Manual;

/// <summary>Text for groff_man(7) and mandoc.</summary>
internal static class Roff
{
    /// <summary>Text in which nothing means anything to roff: backslashes, hyphens, quotes and what is beyond ASCII are escaped, and no line begins with a dot.</summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '\\' => @"\e",
                '-' => @"\-",
                '\'' => @"\(aq",
                '`' => @"\(ga",
                '^' => @"\(ha",
                '~' => @"\(ti",
                '"' => @"\(dq",
                < 0x80 => ((char)rune.Value).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $@"\[u{rune.Value:X4}]"),
            });
        }

        return escaped.Length > 0 && escaped[0] == '.' ? $@"\&{escaped}" : escaped.ToString();
    }

    /// <summary>An argument of a macro, which may hold blanks.</summary>
    public static string Argument(string text) => $"\"{Text(text)}\"";
}
