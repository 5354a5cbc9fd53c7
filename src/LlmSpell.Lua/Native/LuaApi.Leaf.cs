using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <content>
/// Functions that neither allocate, nor call back, nor raise, and end within nanoseconds: only those are safe without telling the
/// garbage collector that the thread has left managed code. They are called through pointers: in a native program an import that is bound
/// at run time costs more than most of these functions do.
/// </content>
internal static unsafe partial class LuaApi
{
    internal static int GetTop(LuaState state) => Leaf.GetTop(state);

    internal static void SetTop(LuaState state, int index) => Leaf.SetTop(state, index);

    internal static LuaType TypeOf(LuaState state, int index) => Leaf.TypeOf(state, index);

    internal static int IsInteger(LuaState state, int index) => Leaf.IsInteger(state, index);

    internal static long ToInteger(LuaState state, int index, int* isInteger) => Leaf.ToInteger(state, index, isInteger);

    internal static double ToNumber(LuaState state, int index, int* isNumber) => Leaf.ToNumber(state, index, isNumber);

    internal static int ToBoolean(LuaState state, int index) => Leaf.ToBoolean(state, index);

    /// <summary>Only where the value is known to be a string: a number would be converted, which allocates.</summary>
    internal static byte* StringBytes(LuaState state, int index, nuint* length) => Leaf.StringBytes(state, index, length);

    internal static void* ToPointer(LuaState state, int index) => Leaf.ToPointer(state, index);

    internal static ulong RawLength(LuaState state, int index) => Leaf.RawLength(state, index);

    internal static LuaType RawGet(LuaState state, int index) => Leaf.RawGet(state, index);

    internal static LuaType RawGetInteger(LuaState state, int index, long key) => Leaf.RawGetInteger(state, index, key);

    /// <summary>The key on the top must be nil or a key of the table; any other raises.</summary>
    internal static int Next(LuaState state, int index) => Leaf.Next(state, index);

    internal static void PushNil(LuaState state) => Leaf.PushNil(state);

    internal static void PushBoolean(LuaState state, int value) => Leaf.PushBoolean(state, value);

    internal static void PushInteger(LuaState state, long value) => Leaf.PushInteger(state, value);

    internal static void PushNumber(LuaState state, double value) => Leaf.PushNumber(state, value);

    internal static void PushValue(LuaState state, int index) => Leaf.PushValue(state, index);

    internal static void Rotate(LuaState state, int index, int count) => Leaf.Rotate(state, index, count);

    /// <summary>How the coroutine ended or stands; <see cref="LuaStatus.Ok"/> also for one that runs or never started.</summary>
    internal static LuaStatus StatusOf(LuaState state) => Leaf.StatusOf(state);

    /// <summary>Whether a coroutine has an active call at a level; 0 is the innermost.</summary>
    internal static int GetCallInfo(LuaState state, int level, byte* debugRecord) => Leaf.GetCallInfo(state, level, debugRecord);

    private static class Leaf
    {
        private static readonly nint Handle = NativeLibrary.Load(Library, typeof(LuaApi).Assembly, null);

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int> GetTop =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int>)Export("lua_gettop");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void> SetTop =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void>)Export("lua_settop");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, LuaType> TypeOf =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, LuaType>)Export("lua_type");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int> IsInteger =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int>)Export("lua_isinteger");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int*, long> ToInteger =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int*, long>)Export("lua_tointegerx");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int*, double> ToNumber =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int*, double>)Export("lua_tonumberx");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int> ToBoolean =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int>)Export("lua_toboolean");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, nuint*, byte*> StringBytes =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, nuint*, byte*>)Export("lua_tolstring");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void*> ToPointer =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void*>)Export("lua_topointer");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, ulong> RawLength =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, ulong>)Export("lua_rawlen");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, LuaType> RawGet =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, LuaType>)Export("lua_rawget");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, long, LuaType> RawGetInteger =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, long, LuaType>)Export("lua_rawgeti");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int> Next =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int>)Export("lua_next");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, void> PushNil =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, void>)Export("lua_pushnil");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void> PushBoolean =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void>)Export("lua_pushboolean");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, long, void> PushInteger =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, long, void>)Export("lua_pushinteger");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, double, void> PushNumber =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, double, void>)Export("lua_pushnumber");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void> PushValue =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, void>)Export("lua_pushvalue");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int, void> Rotate =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, int, void>)Export("lua_rotate");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, LuaStatus> StatusOf =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, LuaStatus>)Export("lua_status");

        internal static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, byte*, int> GetCallInfo =
            (delegate* unmanaged[Cdecl, SuppressGCTransition]<LuaState, int, byte*, int>)Export("lua_getstack");

        private static nint Export(string name) => NativeLibrary.GetExport(Handle, name);
    }
}
