using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <content>What reading values for showing them needs; neither runs code, nor raises, nor allocates.</content>
internal static unsafe partial class LuaApi
{
    /// <summary>Pushes the metatable, if there is one.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_getmetatable")]
    internal static partial int GetMetatable(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_rawequal")]
    internal static partial int RawEqual(LuaState state, int left, int right);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_copy")]
    internal static partial void Copy(LuaState state, int from, int to);
}
