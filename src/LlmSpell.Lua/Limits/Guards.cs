using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Running;

namespace LlmSpell.Lua.Limits;

/// <summary>Puts Prelude/limits.lua in place: guards around what a stop could not reach.</summary>
internal static unsafe class Guards
{
    internal static bool AreNeeded(LuaHostOptions options) =>
        options.Sandbox || options.TimeLimit is not null || options.MemoryLimit is not null || options.InstructionLimit is not null;

    internal static void Install(LuaState state, LuaHostOptions options)
    {
        Prelude.Load(state, "limits.lua");
        LuaApi.PushClosure(state, &OnIsStopping, 0);
        state.Push(options.Sandbox);
        Prelude.Call(state, arguments: 2, results: 0);
    }

    /// <summary>Pushes a function that tells whether the script was stopped at a place that the host has noted.</summary>
    internal static void PushIsPlaceKnown(LuaState state) => LuaApi.PushClosure(state, &OnIsPlaceKnown, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnIsPlaceKnown(LuaState state) => Return(state, Callback.HostOf(state).Limits.Place is not null);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnIsStopping(LuaState state) => Return(state, Callback.HostOf(state).Stop.Reason is not null);

    // Never inlined: see Callback.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Return(LuaState state, bool value)
    {
        state.Push(value);
        return 1;
    }
}
