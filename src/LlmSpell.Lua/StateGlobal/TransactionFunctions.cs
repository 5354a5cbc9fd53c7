using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>
/// What Prelude/state.lua makes State.transaction and State.update of: the script's function runs as Lua code between these, never with
/// one of our frames beneath it.
/// </summary>
internal static unsafe class TransactionFunctions
{
    internal static void Register(LuaState state)
    {
        ScriptTransaction.Prepare(state);
        Callback.Register(state, "joins"u8, &OnJoins);
        Callback.Register(state, "begin"u8, &OnBegin);
        Callback.Register(state, "hold"u8, &OnHold);
        Callback.Register(state, "commit"u8, &OnCommit);
        Callback.Register(state, "failed"u8, &OnFailed);
        Callback.Register(state, "roll_back"u8, &OnRollBack);
        Callback.Register(state, "obstruct"u8, &OnObstruct);
        Callback.Register(state, "update_load"u8, &OnUpdateLoad);
        Callback.Register(state, "update_save"u8, &OnUpdateSave);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnJoins(LuaState state) => Callback.Run(state, &Joins);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBegin(LuaState state) => Callback.Run(state, &Begin);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnHold(LuaState state) => Callback.Run(state, &Hold);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(LuaState state) => Callback.Run(state, &Commit);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFailed(LuaState state) => Callback.Run(state, &Failed);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRollBack(LuaState state) => Callback.Run(state, &RollBack);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnObstruct(LuaState state) => Callback.Run(state, &Obstruct);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUpdateLoad(LuaState state) => Callback.Run(state, &UpdateLoad);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUpdateSave(LuaState state) => Callback.Run(state, &UpdateSave);

    /// <summary>joins(): nil, then whether a transaction is open.</summary>
    private static int Joins(LuaState state, LuaHost host)
    {
        bool joins = host.Store.Transaction.Joins();
        state.PushNil();
        state.Push(joins);
        return 2;
    }

    /// <summary>begin(), inside the coroutine that the transaction is to belong to.</summary>
    private static int Begin(LuaState state, LuaHost host)
    {
        host.Store.BeginTransaction(state);
        return 0;
    }

    /// <summary>hold(): the function is done; the transaction outlives its coroutine until it is committed.</summary>
    private static int Hold(LuaState state, LuaHost host)
    {
        host.Store.Transaction.Hold();
        return 0;
    }

    private static int Commit(LuaState state, LuaHost host)
    {
        host.Store.Transaction.Commit();
        return 0;
    }

    /// <summary>failed([message, traceback]): rolls back; nil, then whether to run the function again.</summary>
    private static int Failed(LuaState state, LuaHost host)
    {
        bool retry = host.Store.Transaction.RollBackAndTellRetry();
        if (LuaApi.TypeOf(state, 1) == LuaType.String && LuaApi.TypeOf(state, 2) == LuaType.String)
        {
            host.LastFailure = ReportedFailure.RaisedAgain(state.TextAt(1), state.TextAt(2), host.LastFailure);
        }

        state.PushNil();
        state.Push(retry);
        return 2;
    }

    /// <summary>
    /// The __close of what guards State.transaction. Native, since a script that is being stopped runs no more Lua code, but does call this.
    /// </summary>
    private static int RollBack(LuaState state, LuaHost host)
    {
        host.Store.Transaction.RollBack("it failed");
        return 0;
    }

    /// <summary>obstruct(): a transaction inside the open one failed.</summary>
    private static int Obstruct(LuaState state, LuaHost host)
    {
        host.Store.Transaction.Obstruct("a transaction inside it failed");
        return 0;
    }

    /// <summary>update_load(scope, key): nil, then the value or nil.</summary>
    private static int UpdateLoad(LuaState state, LuaHost host) => StateFunctions.Load(state, host, "update");

    /// <summary>update_save(scope, key, value): what the script's function returned; nil deletes, nothing at all is an error.</summary>
    private static int UpdateSave(LuaState state, LuaHost host)
    {
        if (LuaApi.TypeOf(state, 3) == LuaType.None)
        {
            throw new LuaArguments(state, "update").Wrong(3, "the function must return a value; nil deletes the key");
        }

        StateFunctions.SaveOrDelete(state, host, KeyArguments.Key(state, "update"), 3);
        return 0;
    }
}
