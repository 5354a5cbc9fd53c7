using System.Buffers;
using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Files;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Running;

namespace LlmSpell.Lua.Libraries;

/// <summary>
/// Finds modules for scripts that do not have all of Lua's libraries: source text only, and only where the host says, since a path or a
/// name that a script can choose reads any file.
/// </summary>
internal static class ModuleSearch
{
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."u8);

    /// <summary>Finds a module's code.</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">What the script requires.</param>
    /// <param name="file">Where it was found, or every place where it was not, as require words them.</param>
    /// <returns>The code, or null.</returns>
    /// <exception cref="LuaCallException">The name is none that a module can have.</exception>
    internal static byte[]? Find(LuaHost host, ReadOnlySpan<byte> name, out byte[] file)
    {
        if (!IsName(name))
        {
            throw new LuaCallException(
                $"module name '{Encoding.UTF8.GetString(name)}' is not allowed: it has parts of letters, digits, _ and -, with dots between them");
        }

        byte[] path = name.ToArray();
        path.AsSpan().Replace((byte)'.', (byte)'/');
        ArrayBufferWriter<byte> places = new();
        ReadOnlySpan<byte> patterns = host.ModulePath.Patterns.Span;
        foreach (Range range in patterns.Split((byte)';'))
        {
            if (patterns[range].IsEmpty)
            {
                continue;
            }

            file = Expand(patterns[range], path);
            if (TryRead(host, file) is { } code)
            {
                return code;
            }

            places.Write([.. "\n\tno file '"u8, .. file, .. "'"u8]);
        }

        file = places.WrittenSpan.ToArray();
        return null;
    }

    private static bool IsName(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && !name.ContainsAnyExcept(NameBytes)
        && name[0] != '.' && name[^1] != '.' && name.IndexOf(".."u8) < 0;

    private static byte[] Expand(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> path)
    {
        ArrayBufferWriter<byte> result = new();
        int mark;
        while ((mark = pattern.IndexOf((byte)'?')) >= 0)
        {
            result.Write(pattern[..mark]);
            result.Write(path);
            pattern = pattern[(mark + 1)..];
        }

        result.Write(pattern);
        return result.WrittenSpan.ToArray();
    }

    private static byte[]? TryRead(LuaHost host, ReadOnlySpan<byte> file)
    {
        try
        {
            return ReadAll(host, file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The code in a file, without what stands before it.</summary>
    internal static byte[] ReadAll(LuaHost host, ReadOnlySpan<byte> file)
    {
        using Stream stream = host.Opener.Open([.. file, 0], new OpenMode(OpenFlags.Read, FileAccess.Read));
        LuaFile reader = LuaFile.Open(stream, FileAccess.Read, host.Streams.Output, host.LongestString);
        return ScriptFile.WithoutPreamble(reader.Reader().ReadAll()).ToArray();
    }
}
