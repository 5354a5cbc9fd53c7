using System.Text;

namespace LlmSpell.State;

/// <summary>Which texts are names in Lua (https://www.lua.org/manual/5.4/manual.html#3.1), and so can stand behind a dot.</summary>
internal static class LuaName
{
    /// <summary>The words that look like names and are none.</summary>
    internal static IReadOnlyList<string> Keywords { get; } =
    [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
        "repeat", "return", "then", "true", "until", "while",
    ];

    internal static bool Is(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || char.IsAsciiDigit((char)bytes[0]))
        {
            return false;
        }

        foreach (byte value in bytes)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value != '_')
            {
                return false;
            }
        }

        return !Keywords.Contains(Encoding.ASCII.GetString(bytes));
    }
}
