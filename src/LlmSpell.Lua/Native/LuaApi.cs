using System.Runtime.InteropServices;
using LlmSpell.Lua.Memory;

namespace LlmSpell.Lua.Native;

/// <summary>
/// The C API of Lua 5.4, as much of it as the host uses. Nothing here may raise a Lua error: an error is a longjmp, and one that
/// crosses a managed frame ruins the process. So there is no lua_error, nothing that runs metamethods, and Lua code runs by pcall only.
/// </summary>
internal static unsafe partial class LuaApi
{
    internal const int MultipleResults = -1;
    internal const int MaxStack = 1_000_000;
    internal const int RegistryIndex = -MaxStack - 1000;
    internal const int RegistryGlobals = 2;

    /// <summary>More than lua_Debug takes on any platform.</summary>
    internal const int DebugRecordSize = 512;

    /// <summary>LUA_GCCOLLECT.</summary>
    internal const int CollectAll = 2;

    private const string Library = "lua54";

    [LibraryImport(Library, EntryPoint = "lua_newstate")]
    internal static partial LuaState NewState(delegate* unmanaged[Cdecl]<Heap*, void*, nuint, nuint, void*> allocator, Heap* heap);

    [LibraryImport(Library, EntryPoint = "lua_close")]
    internal static partial void Close(LuaState state);

    [LibraryImport(Library, EntryPoint = "lua_version")]
    internal static partial double Version(LuaState state);

    [LibraryImport(Library, EntryPoint = "luaL_openlibs")]
    internal static partial void OpenLibraries(LuaState state);

    [LibraryImport(Library, EntryPoint = "lua_newthread")]
    internal static partial LuaState NewThread(LuaState state);

    [LibraryImport(Library, EntryPoint = "lua_setwarnf")]
    internal static partial void SetWarningFunction(LuaState state, delegate* unmanaged[Cdecl]<nint, byte*, int, void> function, nint data);

    [LibraryImport(Library, EntryPoint = "luaL_loadbufferx")]
    internal static partial LuaStatus LoadBuffer(LuaState state, byte* buffer, nuint size, byte* chunkName, byte* mode);

    [LibraryImport(Library, EntryPoint = "lua_pcallk")]
    internal static partial LuaStatus ProtectedCall(
        LuaState state, int arguments, int results, int handler, nint context = 0, nint continuation = 0);

    [LibraryImport(Library, EntryPoint = "lua_checkstack")]
    internal static partial int CheckStack(LuaState state, int slots);

    [LibraryImport(Library, EntryPoint = "lua_pushcclosure")]
    internal static partial void PushClosure(LuaState state, delegate* unmanaged[Cdecl]<LuaState, int> function, int upvalues);

    [LibraryImport(Library, EntryPoint = "lua_pushlstring")]
    internal static partial byte* PushBytes(LuaState state, byte* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "lua_createtable")]
    internal static partial void CreateTable(LuaState state, int arraySize, int hashSize);

    [LibraryImport(Library, EntryPoint = "lua_newuserdatauv")]
    internal static partial void* NewUserData(LuaState state, nuint size, int userValues);

    /// <summary>lua_gc, which is variadic: only for the tasks that take no arguments.</summary>
    [LibraryImport(Library, EntryPoint = "lua_gc")]
    internal static partial int CollectGarbage(LuaState state, int task);

    [LibraryImport(Library, EntryPoint = "lua_rawset")]
    internal static partial void RawSet(LuaState state, int index);

    [LibraryImport(Library, EntryPoint = "lua_rawsetp")]
    internal static partial void RawSetPointer(LuaState state, int index, nint key);

    /// <summary>Pushes the coroutine itself.</summary>
    [LibraryImport(Library, EntryPoint = "lua_pushthread")]
    internal static partial int PushThread(LuaState state);

    [LibraryImport(Library, EntryPoint = "lua_rawseti")]
    internal static partial void RawSetInteger(LuaState state, int index, long key);

    /// <summary>Converts a number in its place, which allocates; never on a key while a table is being walked.</summary>
    [LibraryImport(Library, EntryPoint = "lua_tolstring")]
    internal static partial byte* NumberToString(LuaState state, int index, nuint* length);

    [LibraryImport(Library, EntryPoint = "lua_stringtonumber")]
    internal static partial nuint StringToNumber(LuaState state, byte* text);

    /// <summary>Takes the metatable from the top.</summary>
    [LibraryImport(Library, EntryPoint = "lua_setmetatable")]
    internal static partial int SetMetatable(LuaState state, int index);

    /// <summary>Sets an upvalue of a function from the top; returns null, popping nothing, if there is no such upvalue.</summary>
    [LibraryImport(Library, EntryPoint = "lua_setupvalue")]
    internal static partial byte* SetUpvalue(LuaState state, int function, int upvalue);
}
