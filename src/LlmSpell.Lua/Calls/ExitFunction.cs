using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Calls;

/// <summary>os.exit.</summary>
internal static class ExitFunction
{
    /// <summary>exit(code, close): fails if the script cannot leave.</summary>
    internal static int Exit(LuaState state, LuaHost host)
    {
        long code = LuaApi.TypeOf(state, 1) switch
        {
            LuaType.Nil or LuaType.None => 0,
            LuaType.Boolean => LuaApi.ToBoolean(state, 1) != 0 ? 0 : 1,
            _ => new LuaArguments(state, "exit").Integer(1),
        };
        host.Exit((int)code, closeState: LuaApi.ToBoolean(state, 2) != 0);
        throw new LuaCallException("os.exit was called, but the program that runs this script went on");
    }
}
