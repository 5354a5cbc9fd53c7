using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Limits;

/// <summary>The hooks that limits set in every coroutine. None of ours raises: the one that does is Lua's own.</summary>
internal static unsafe class StopHooks
{
    /// <summary>How many instructions are counted at once. Each coroutine may run as many uncounted, so it is charged as many when it is made.</summary>
    internal const int Step = 256;

    /// <summary>Counts instructions until the limit.</summary>
    internal static void SetCounter(LuaState state)
    {
        LuaApi.SetHook(state, &Count, LuaApi.MaskCount, Step);
        HookPermission.Give(state);
    }

    /// <summary>Before its next instruction the coroutine notes where it is; before the one after, it raises an error.</summary>
    internal static void SetPlaceNoting(LuaState state)
    {
        LuaApi.SetHook(state, &Stop, LuaApi.MaskCount, 1);
        HookPermission.Give(state);
    }

    /// <summary>The coroutine raises an error before its next instruction, and again until it has none left.</summary>
    internal static void SetRaising(LuaState state)
    {
        LuaApi.SetHook(state, LuaApi.RaisingHook, LuaApi.MaskCount, 1);
        HookPermission.Give(state);
    }

    internal static void GivePermission(LuaState state) => HookPermission.Give(state);

    internal static void Clear(LuaState state)
    {
        LuaApi.SetHook(state, null, 0, 0);
        HookPermission.Give(state);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Stop(LuaState state, LuaDebug* record)
    {
        Callback.HostOf(state).Limits.NotePlace(state);
        LuaApi.SetHook(state, LuaApi.RaisingHook, LuaApi.MaskCount, 1);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Count(LuaState state, LuaDebug* record)
    {
        ScriptLimits limits = Callback.HostOf(state).Limits;
        if (limits.Spend(Step))
        {
            return;
        }

        limits.NotePlace(state);
        LuaApi.SetHook(state, LuaApi.RaisingHook, LuaApi.MaskCount, 1);
    }
}
