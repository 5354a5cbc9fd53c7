using System.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Sets package.path, so that require looks beside the script first.</summary>
/// <param name="state">The main coroutine.</param>
/// <param name="package">Where the package table stays on its stack.</param>
internal sealed class ModulePath(LuaState state, int package)
{
    private readonly byte[] _default = ReadPath(state, package);

    /// <param name="folder">The script's folder; null or empty: the working folder.</param>
    internal void Set(string? folder)
    {
        string beside = string.IsNullOrEmpty(folder) ? "." : Path.TrimEndingDirectorySeparator(folder);
        state.Push("path"u8);
        state.Push([.. Encoding.UTF8.GetBytes($"{beside}/?.lua;{beside}/?/init.lua;"), .. _default]);
        LuaApi.RawSet(state, package);
    }

    private static byte[] ReadPath(LuaState state, int package)
    {
        state.Push("path"u8);
        LuaApi.RawGet(state, package);
        byte[] path = state.StringAt(-1).ToArray();
        state.Pop();
        return path;
    }
}
