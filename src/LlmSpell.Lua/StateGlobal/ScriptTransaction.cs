using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>
/// The transaction that a script has open, if it has one. Not thread-safe.
/// </summary>
/// <remarks>
/// It belongs to the coroutine in which State.transaction runs the script's function: while that coroutine has a call under way, whatever
/// uses State is inside the transaction. A script can be stopped, or run out of memory, at any instruction, also between the end of its
/// function and the rollback; a transaction whose coroutine has ended is therefore rolled back by whoever finds it.
/// </remarks>
internal sealed unsafe class ScriptTransaction
{
    // A key in Lua's registry, which keeps the coroutine alive for as long as its address is looked at.
    private static readonly nint OwnerKey = (nint)NativeMemory.Alloc(1);

    private StateTransaction? _open;
    private LuaState _owner;
    private string? _obstacle;
    private bool _metConflict;
    private bool _isHeld;
    private int _attempts;

    /// <summary>The open transaction, or null.</summary>
    internal StateTransaction? Present
    {
        get
        {
            if (_open is not null && !_isHeld && !OwnerIsAlive())
            {
                RollBack("its coroutine ended");
            }

            return _open;
        }
    }

    /// <summary>Makes room for the owner, so that setting it never allocates.</summary>
    internal static void Prepare(LuaState state)
    {
        LuaApi.PushBoolean(state, 0);
        LuaApi.RawSetPointer(state, LuaApi.RegistryIndex, OwnerKey);
    }

    /// <summary>Whether a call now is part of the transaction that is open; if none is, attempts count from the start.</summary>
    internal bool Joins()
    {
        if (Present is not null)
        {
            return true;
        }

        _attempts = 0;
        return false;
    }

    internal void Begin(LuaState owner, StateStore store, CancellationToken stop)
    {
        _obstacle = null;
        _metConflict = false;
        _isHeld = false;
        _attempts++;
        _open = store.BeginTransaction(stop);
        _owner = owner;
        _ = LuaApi.PushThread(owner);
        LuaApi.RawSetPointer(owner, LuaApi.RegistryIndex, OwnerKey);
    }

    /// <summary>What it belongs to has ended well: it stays open until it is committed or rolled back.</summary>
    internal void Hold() => _isHeld = true;

    /// <exception cref="LuaCallException">It can no longer be committed.</exception>
    internal void Commit()
    {
        StateTransaction? transaction = _open;
        _open = null;
        using (transaction)
        {
            if (_metConflict)
            {
                throw new StateConflictException("another transaction came first; the transaction was rolled back");
            }

            if (transaction is null || _obstacle is not null)
            {
                throw new LuaCallException($"the transaction was rolled back: {_obstacle}");
            }

            transaction.Commit();
        }
    }

    /// <summary>Rolls back if a transaction is open.</summary>
    /// <param name="reason">What a script that goes on inside it is told when it comes to commit.</param>
    internal void RollBack(string reason)
    {
        if (_open is { } transaction)
        {
            _open = null;
            _obstacle ??= reason;
            transaction.Dispose();
        }
    }

    /// <summary>After a failure: rolls back, and tells whether it was a conflict, after which the script's function runs again.</summary>
    internal bool RollBackAndTellRetry()
    {
        RollBack("it failed");
        return _metConflict && _attempts < StateStore.MaxAttempts;
    }

    /// <summary>From now on it cannot be committed, even if the script goes on inside it.</summary>
    internal void Obstruct(string reason) => _obstacle ??= reason;

    internal void MarkConflict() => _metConflict = true;

    /// <summary>Refuses what cannot be undone, or would wait for this very transaction.</summary>
    internal void RefuseInside(string function)
    {
        if (Present is not null)
        {
            Obstruct($"State.{function} was called inside it");
            throw new LuaCallException($"State.{function} cannot be called inside a transaction, which it rolls back; call it before or after");
        }
    }

    private bool OwnerIsAlive()
    {
        byte* record = stackalloc byte[LuaApi.DebugRecordSize];
        return LuaApi.StatusOf(_owner) == LuaStatus.Ok && LuaApi.GetCallInfo(_owner, 0, record) != 0;
    }
}
