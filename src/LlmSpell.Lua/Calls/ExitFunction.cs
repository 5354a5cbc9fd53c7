using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Calls;

/// <summary>os.exit.</summary>
internal static unsafe class ExitFunction
{
    /// <summary>exit(code, close): returns only if the script cannot leave, with the message that says why.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int Exit(LuaState state)
    {
        try
        {
            LuaArguments arguments = new(state, "exit");
            long code = LuaApi.TypeOf(state, 1) switch
            {
                LuaType.Nil or LuaType.None => 0,
                LuaType.Boolean => LuaApi.ToBoolean(state, 1) != 0 ? 0 : 1,
                _ => arguments.Integer(1),
            };
            Callback.HostOf(state).Exit((int)code, closeState: LuaApi.ToBoolean(state, 2) != 0);
            throw new LuaCallException("os.exit was called, but the program that runs this script went on");
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }
}
