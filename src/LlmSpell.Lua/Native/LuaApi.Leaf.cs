using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <content>
/// Functions that neither allocate, nor call back, nor raise, and end within nanoseconds: only those are safe without telling the
/// garbage collector that the thread has left managed code.
/// </content>
internal static unsafe partial class LuaApi
{
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_gettop")]
    internal static partial int GetTop(LuaState state);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_settop")]
    internal static partial void SetTop(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_type")]
    internal static partial LuaType TypeOf(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_isinteger")]
    internal static partial int IsInteger(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_tointegerx")]
    internal static partial long ToInteger(LuaState state, int index, int* isInteger);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_tonumberx")]
    internal static partial double ToNumber(LuaState state, int index, int* isNumber);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_toboolean")]
    internal static partial int ToBoolean(LuaState state, int index);

    /// <summary>Only where the value is known to be a string: a number would be converted, which allocates.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_tolstring")]
    internal static partial byte* StringBytes(LuaState state, int index, nuint* length);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_topointer")]
    internal static partial void* ToPointer(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_rawlen")]
    internal static partial ulong RawLength(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_rawget")]
    internal static partial LuaType RawGet(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_rawgeti")]
    internal static partial LuaType RawGetInteger(LuaState state, int index, long key);

    /// <summary>The key on the top must be nil or a key of the table; any other raises.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_next")]
    internal static partial int Next(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_pushnil")]
    internal static partial void PushNil(LuaState state);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_pushboolean")]
    internal static partial void PushBoolean(LuaState state, int value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_pushinteger")]
    internal static partial void PushInteger(LuaState state, long value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_pushnumber")]
    internal static partial void PushNumber(LuaState state, double value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_pushvalue")]
    internal static partial void PushValue(LuaState state, int index);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_rotate")]
    internal static partial void Rotate(LuaState state, int index, int count);

    /// <summary>How the coroutine ended or stands; <see cref="LuaStatus.Ok"/> also for one that runs or never started.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_status")]
    internal static partial LuaStatus StatusOf(LuaState state);

    /// <summary>Whether a coroutine has an active call at a level; 0 is the innermost.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "lua_getstack")]
    internal static partial int GetCallInfo(LuaState state, int level, byte* debugRecord);
}
