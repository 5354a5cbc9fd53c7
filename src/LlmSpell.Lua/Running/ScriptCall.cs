using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>
/// How the host runs code of scripts: no managed frame is on the stack then, through which an error may not pass, so memory over the
/// limit can be refused.
/// </summary>
internal static unsafe class ScriptCall
{
    internal static LuaStatus Load(LuaHost host, byte* code, nuint length, byte* name, byte* mode)
    {
        host.Heap->LeaveManaged(host.State);
        LuaStatus status = LuaApi.LoadBuffer(host.State, code, length, name, mode);
        host.Heap->EnterManaged();
        return status;
    }

    internal static LuaStatus Call(LuaHost host, int arguments, int results, int handler)
    {
        host.Heap->LeaveManaged(host.State);
        LuaStatus status = LuaApi.ProtectedCall(host.State, arguments, results, handler);
        host.Heap->EnterManaged();
        return status;
    }
}
