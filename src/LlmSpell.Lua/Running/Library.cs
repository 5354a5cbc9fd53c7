using LlmSpell.Lua.Backups;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.StateGlobal;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Running;

/// <summary>Puts our functions into a new Lua state, beside and in place of Lua's own.</summary>
internal static unsafe class Library
{
    internal static void Install(LuaState state, LuaHost host)
    {
        LuaApi.SetWarningFunction(state, &Warnings.Receive, Callback.HostWord(state));
        Prelude.Load(state, "streams.lua");
        StreamFunctions.Push(state);
        host.Streams.PushObjects(state);
        Prelude.Call(state, arguments: 4, results: 0);

        Prelude.Load(state, "state.lua");
        LuaApi.CreateTable(state, 0, 16);
        StateFunctions.Register(state);
        BackupFunctions.Register(state);
        Prelude.Call(state, arguments: 1, results: 0);
        if (Guards.AreNeeded(host.Options))
        {
            Guards.Install(state, host.Options);
        }
    }
}
