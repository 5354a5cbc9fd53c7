using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Lua.Running;

/// <summary>Reads scripts as bytes: Lua has no encoding.</summary>
internal static class ScriptFile
{
    internal static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StateNotFoundException($"cannot open the script '{path}': there is no such file", inner: exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            string reason = Directory.Exists(path) ? "it is a folder" : "permission denied";
            throw new StateStorageException($"cannot open the script '{path}': {reason}", inner: exception);
        }
        catch (IOException exception)
        {
            throw new StateStorageException($"cannot read the script '{path}': {IoReason.Of(exception)}", inner: exception);
        }
    }

    /// <summary>
    /// The code after a byte order mark and a first line that starts with #. The line's end stays, so that lines keep their numbers, but
    /// not before precompiled code, which it would make unreadable.
    /// </summary>
    internal static ReadOnlySpan<byte> WithoutPreamble(ReadOnlySpan<byte> code)
    {
        if (code.StartsWith("\uFEFF"u8))
        {
            code = code[3..];
        }

        if (!code.StartsWith("#"u8))
        {
            return code;
        }

        const byte Precompiled = 0x1B;
        int end = code.IndexOf((byte)'\n');
        return end < 0 ? []
            : end + 1 < code.Length && code[end + 1] == Precompiled ? code[(end + 1)..]
            : code[end..];
    }
}
