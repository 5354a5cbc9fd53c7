using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Files;

/// <summary>A mode of io.open: r, w or a, then perhaps +, then perhaps b, which changes nothing.</summary>
internal readonly record struct OpenMode(OpenFlags Flags, FileAccess Access)
{
    internal static bool TryParse(ReadOnlySpan<byte> text, out OpenMode mode)
    {
        mode = default;
        if (text.IsEmpty || !"rwa"u8.Contains(text[0]))
        {
            return false;
        }

        bool updates = text is [_, (byte)'+', ..];
        if (text[(updates ? 2 : 1)..].ContainsAnyExcept((byte)'b'))
        {
            return false;
        }

        (OpenFlags flags, FileAccess access) = text[0] switch
        {
            (byte)'r' => (OpenFlags.Read, FileAccess.Read),
            (byte)'w' => (OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, FileAccess.Write),
            _ => (OpenFlags.Write | OpenFlags.Create | OpenFlags.Append, FileAccess.Write),
        };
        mode = updates
            ? new OpenMode((flags & ~OpenFlags.Write) | OpenFlags.ReadWrite, FileAccess.ReadWrite)
            : new OpenMode(flags, access);
        return true;
    }
}
