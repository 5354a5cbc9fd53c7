using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <content>Hooks, and the frames of a stack.</content>
internal static unsafe partial class LuaApi
{
    internal const int MaskCount = 8;

    /// <summary>
    /// luaL_error, for Lua to call as a hook: what it gets as a format is a lua_Debug, whose first bytes are a short string without a
    /// percent sign. It raises an error with no managed frame in between.
    /// </summary>
    internal static readonly delegate* unmanaged[Cdecl]<LuaState, LuaDebug*, void> RaisingHook =
        (delegate* unmanaged[Cdecl]<LuaState, LuaDebug*, void>)NativeLibrary.GetExport(
            NativeLibrary.Load(Library, typeof(LuaApi).Assembly, searchPath: null), "luaL_error");

    /// <summary>Any thread may call it while the coroutine's call frames are kept from being freed.</summary>
    [LibraryImport(Library, EntryPoint = "lua_sethook")]
    internal static partial void SetHook(LuaState state, delegate* unmanaged[Cdecl]<LuaState, LuaDebug*, void> hook, int mask, int count);

    [LibraryImport(Library, EntryPoint = "lua_getstack")]
    internal static partial int GetStack(LuaState state, int level, LuaDebug* record);

    /// <summary>Only with options that push nothing: they do not allocate.</summary>
    [LibraryImport(Library, EntryPoint = "lua_getinfo")]
    internal static partial int GetInfo(LuaState state, byte* what, LuaDebug* record);
}
