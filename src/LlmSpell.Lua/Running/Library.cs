using LlmSpell.Lua.Backups;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Files;
using LlmSpell.Lua.Libraries;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Os;
using LlmSpell.Lua.StateGlobal;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Running;

/// <summary>Puts our functions into a new Lua state, beside and in place of Lua's own.</summary>
internal static unsafe class Library
{
    internal static void Install(LuaState state, LuaHost host)
    {
        LuaApi.SetWarningFunction(state, &Warnings.Receive, Callback.HostWord(state));
        Install(state, "print.lua", &PrintFunction.Register);
        Install(state, "io.lua", &RegisterFiles);
        Install(state, "os.lua", &OsFunctions.Register);

        Install(state, "load.lua", &LoadFunctions.Register);
        Prelude.Load(state, "state.lua");
        LuaApi.CreateTable(state, 0, 32);
        StateFunctions.Register(state);
        AtomicFunctions.Register(state);
        ManyFunctions.Register(state);
        QueryFunctions.Register(state);
        TransactionFunctions.Register(state);
        BackupFunctions.Register(state);
        RestoreFunctions.Register(state);
        Prelude.Call(state, arguments: 1, results: 0);
        if (Guards.AreNeeded(host.Options))
        {
            Guards.Install(state, host.Options);
        }

        Restrict(state, host);
    }

    /// <summary>Takes away what the options do not grant; whatever adds globals comes before.</summary>
    private static void Restrict(LuaState state, LuaHost host)
    {
        if (host.Libraries == LuaLibraries.Full)
        {
            if (host.Permissions is { Files: true, Processes: true })
            {
                CModules.MakeLuaVisible();
            }
            else
            {
                Prelude.Load(state, "modules.lua");
                Prelude.Call(state, arguments: 0, results: 0);
            }

            return;
        }

        Prelude.Load(state, "subset.lua");
        LuaApi.CreateTable(state, 0, 4);
        LoadFunctions.Register(state);
        state.Push(host.Libraries == LuaLibraries.Basic ? "basic"u8 : "none"u8);
        state.Push(host.Options.Sandbox);
        Prelude.Call(state, arguments: 3, results: 0);
    }

    /// <summary>Runs a file of the prelude with a table of native functions.</summary>
    private static void Install(LuaState state, string file, delegate*<LuaState, void> register)
    {
        Prelude.Load(state, file);
        LuaApi.CreateTable(state, 0, 16);
        register(state);
        Prelude.Call(state, arguments: 1, results: 0);
    }

    private static void RegisterFiles(LuaState state)
    {
        FileFunctions.Register(state);
        OpenFunctions.Register(state);
    }
}
