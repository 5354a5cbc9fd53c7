using System.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Libraries;

/// <summary>Where require looks: beside the script first, then where the host's options say, then in Lua's own places.</summary>
internal sealed class ModulePath
{
    private readonly LuaState _state;
    private readonly int _package;
    private readonly byte[] _others;

    /// <param name="state">The main coroutine.</param>
    /// <param name="package">Where Lua's package table stays on its stack.</param>
    /// <param name="configured">Patterns as in package.path, or null.</param>
    internal ModulePath(LuaState state, int package, string? configured)
    {
        _state = state;
        _package = package;
        string others = configured?.Trim(';') is { Length: > 0 } patterns ? patterns + ";" : "";
        _others = [.. Encoding.UTF8.GetBytes(others), .. ReadPath()];
        Patterns = _others;
    }

    /// <summary>All places, separated by semicolons.</summary>
    internal ReadOnlyMemory<byte> Patterns { get; private set; }

    /// <param name="folder">The script's folder; null or empty: the working folder.</param>
    internal void Set(string? folder)
    {
        string beside = string.IsNullOrEmpty(folder) ? "." : Path.TrimEndingDirectorySeparator(folder);
        byte[] patterns = [.. Encoding.UTF8.GetBytes($"{beside}/?.lua;{beside}/?/init.lua;"), .. _others];
        Patterns = patterns;
        _state.Push("path"u8);
        _state.Push(patterns);
        LuaApi.RawSet(_state, _package);
    }

    private byte[] ReadPath()
    {
        _state.Push("path"u8);
        LuaApi.RawGet(_state, _package);
        byte[] path = _state.StringAt(-1).ToArray();
        _state.Pop();
        return path;
    }
}
