using System.Globalization;
using System.Text;

namespace LlmSpell.Cli.Output;

/// <summary>Text of others (keys, descriptions, file names) for a terminal: control characters would let it take the terminal over.</summary>
internal static class SafeText
{
    /// <summary>Control and formatting characters as <c>\u{…}</c>, line ends as <c>\n</c>.</summary>
    public static string OneLine(string text)
    {
        if (!text.EnumerateRunes().Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!IsUnsafe(rune))
            {
                safe.Append(rune);
            }
            else if (rune.Value == '\n')
            {
                safe.Append("\\n");
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return safe.ToString();
    }

    /// <summary>Columns on a terminal: East Asian wide characters and emoji take two, combining marks none (Unicode UAX 11, in outline).</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    private static int Width(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : IsWide(rune.Value) ? 2 : 1;

    /// <summary>The text, or as much of it as fits and an ellipsis.</summary>
    /// <param name="text">One line, harmless already.</param>
    /// <param name="width">Columns.</param>
    public static string Shorten(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        var kept = new StringBuilder();
        int taken = 1;
        foreach (Rune rune in text.EnumerateRunes())
        {
            taken += Width(rune);
            if (taken > width)
            {
                break;
            }

            kept.Append(rune);
        }

        return width > 0 ? $"{kept.ToString().TrimEnd()}…" : "";
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static bool IsWide(int code) => code is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFD);
}
