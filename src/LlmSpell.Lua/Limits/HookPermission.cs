using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Limits;

/// <summary>
/// Whether hooks run in a coroutine: the field allowhook of lua_State. Lua clears it while a hook runs, in the message handler of an error that
/// a hook raised, in finalizers, and for good in a coroutine that such an error ended. No function sets it, and a loop there could not be
/// stopped; so it is set in place.
/// </summary>
internal static unsafe class HookPermission
{
    // GCObject *next; lu_byte tt; lu_byte marked; lu_byte status; lu_byte allowhook.
    private static readonly int Offset = sizeof(nint) + 3;

    private static bool _isChecked;

    [ThreadStatic]
    private static byte t_seenInHook;

    /// <summary>Any thread, while the coroutine is kept from being freed.</summary>
    internal static void Give(LuaState state) => Volatile.Write(ref Field(state), 1);

    /// <summary>Makes sure that the field is where it is looked for: 1, and 0 in a hook.</summary>
    /// <exception cref="NotSupportedException">It is not.</exception>
    internal static void Check(LuaState state)
    {
        if (_isChecked)
        {
            return;
        }

        byte before = Field(state);
        t_seenInHook = byte.MaxValue;
        LuaApi.SetHook(state, &Look, LuaApi.MaskCount, 1);
        fixed (byte* code = "return 1"u8, name = "=check\0"u8)
        {
            LuaApi.LoadBuffer(state, code, 8, name, null);
        }

        LuaApi.ProtectedCall(state, 0, 0, 0);
        LuaApi.SetHook(state, null, 0, 0);
        LuaApi.SetTop(state, 0);
        if ((before, t_seenInHook, Field(state)) != (1, 0, 1))
        {
            throw new NotSupportedException("The native library lua54 lays out its coroutines in an unknown way.");
        }

        _isChecked = true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Look(LuaState state, LuaDebug* record) => t_seenInHook = Field(state);

    private static ref byte Field(LuaState state) => ref *(byte*)(state.Pointer + Offset);
}
