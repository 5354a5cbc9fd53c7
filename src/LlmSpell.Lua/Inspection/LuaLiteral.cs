using System.Buffers;
using System.Globalization;
using System.Text;
using LlmSpell.State;

namespace LlmSpell.Lua.Inspection;

/// <summary>Writes strings and names as Lua source, safe to show on a terminal.</summary>
internal static class LuaLiteral
{
    private const int LongestName = 200;

    /// <summary>A string in quotes, of which so many bytes are shown; behind a longer one stands how long it is.</summary>
    /// <param name="bytes">The string, or as much of it as a span takes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="most">How many bytes are shown.</param>
    internal static string Quote(ReadOnlySpan<byte> bytes, ulong length, int most)
    {
        ReadOnlySpan<byte> shown = bytes.Length <= most ? bytes : bytes[..CutBefore(bytes, most)];
        var text = new StringBuilder(shown.Length + 2).Append('"');
        AppendEscaped(text, shown, isQuoted: true);
        text.Append('"');
        if (shown.Length < bytes.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"… ({length:N0} bytes)");
        }

        return text.ToString();
    }

    /// <summary>Text as it is, but for what would not be seen or would move the cursor.</summary>
    internal static string Escape(ReadOnlySpan<byte> bytes, int most, bool keepLines)
    {
        ReadOnlySpan<byte> shown = bytes.Length <= most ? bytes : bytes[..CutBefore(bytes, most)];
        var text = new StringBuilder(shown.Length);
        AppendEscaped(text, shown, isQuoted: false, keepLines);
        return text.Append(shown.Length < bytes.Length ? "…" : "").ToString();
    }

    /// <summary>Whether it can stand behind a dot, and as a key without brackets.</summary>
    internal static bool IsName(ReadOnlySpan<byte> bytes) => bytes.Length <= LongestName && LuaName.Is(bytes);

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes, bool isQuoted, bool keepLines = false)
    {
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            if (status != OperationStatus.Done)
            {
                foreach (byte value in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }
            else if (isQuoted && rune.Value is '"' or '\\')
            {
                text.Append('\\').Append(rune);
            }
            else if (!IsVisible(rune) && !(keepLines && rune.Value == '\n'))
            {
                AppendInvisible(text, rune);
            }
            else
            {
                text.Append(rune);
            }

            bytes = bytes[length..];
        }
    }

    private static void AppendInvisible(StringBuilder text, Rune rune) => _ = rune.Value switch
    {
        '\n' => text.Append("\\n"),
        '\t' => text.Append("\\t"),
        '\r' => text.Append("\\r"),
        < 0x80 => text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        _ => text.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}"),
    };

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);

    /// <summary>Where to cut so that no character is cut in two.</summary>
    private static int CutBefore(ReadOnlySpan<byte> bytes, int most)
    {
        int cut = most;
        while (cut > most - 3 && cut > 0 && (bytes[cut] & 0xC0) == 0x80)
        {
            cut--;
        }

        return cut;
    }
}
