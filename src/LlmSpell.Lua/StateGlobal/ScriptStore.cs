using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>
/// The store that a host's scripts use, opened when one first needs it. Every call goes through the transaction that the script has open,
/// if it has one. Not thread-safe.
/// </summary>
/// <remarks>
/// Nothing of the database is held when a call returns but that transaction: whatever makes Lua allocate may run finalizers of the
/// script, and those may use the store.
/// </remarks>
/// <param name="open">Opens it; null: there is none.</param>
/// <param name="stop">Ends the wait for other writers.</param>
internal sealed class ScriptStore(Func<StateStore>? open, ScriptStop stop)
{
    private StateStore? _store;

    internal ScriptTransaction Transaction { get; } = new();

    internal int MaxValueBytes => Open().MaxValueBytes;

    internal StateStore Open() => _store ??= open is not null
        ? open()
        : throw new LuaCallException("State is not available here: the program that runs this script has given it no store");

    /// <summary>Begins the transaction of a coroutine, which must have none open.</summary>
    internal void BeginTransaction(LuaState owner) => Transaction.Begin(owner, Open(), stop.Token);

    /// <summary>Runs work in the open transaction, or in one of its own. The work must not touch the Lua stack.</summary>
    internal T Transact<T>(Func<StateTransaction, T> work)
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? work(transaction) : store.Transact(work, stop.Token);
    }

    internal void Save(StateKey key, ReadOnlySpan<byte> value)
    {
        StateStore store = Open();
        if (Transaction.Present is { } transaction)
        {
            transaction.SaveBytes(key, value);
        }
        else
        {
            store.SaveBytes(key, value, stop.Token);
        }
    }

    internal bool TryLoad(StateKey key, PooledBuffer buffer) => TryLoad(key, buffer, out _);

    internal bool TryLoad(StateKey key, PooledBuffer buffer, out long modifiedAt)
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction
            ? transaction.TryLoadBytes(key, buffer, out modifiedAt)
            : store.TryLoadBytes(key, buffer, out modifiedAt);
    }

    internal bool Delete(StateKey key) => Transact(transaction => transaction.Delete(key));

    internal bool Contains(StateKey key)
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? transaction.Contains(key) : store.Contains(key);
    }

    internal long Clear(string scope) => Transact(transaction => transaction.Clear(scope));

    internal IReadOnlyList<string> ListKeys(string scope, string prefix)
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? transaction.ListKeys(scope, prefix) : store.ListKeys(scope, prefix);
    }

    internal IReadOnlyList<string> ListScopes()
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? transaction.ListScopes() : store.ListScopes();
    }

    internal long Count(string scope, string prefix)
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? transaction.Count(scope, prefix) : store.Count(scope, prefix);
    }

    internal Fingerprint ReadFingerprint()
    {
        StateStore store = Open();
        return Transaction.Present is { } transaction ? transaction.Fingerprint : store.ReadStatus().Fingerprint;
    }

    /// <summary>Fills a page with the first entries of a range.</summary>
    internal void ReadPage(EntryPage page, KeyRange range)
    {
        StateStore store = Open();
        if (Transaction.Present is { } transaction)
        {
            transaction.ReadPage(page, range);
        }
        else
        {
            store.ReadPage(page, range);
        }
    }

    /// <summary>Appends the values of several keys, all of one moment, to a buffer.</summary>
    /// <returns>Where each value ends in the buffer; it begins where the one before ends; a missing one is empty.</returns>
    internal int[] LoadMany(IReadOnlyList<StateKey> keys, PooledBuffer buffer, LuaHost host)
    {
        StateStore store = Open();
        int[] ends = new int[keys.Count];
        if (Transaction.Present is { } transaction)
        {
            for (int i = 0; i < ends.Length; i++)
            {
                transaction.TryLoadBytes(keys[i], buffer, out _);
                ends[i] = ManyFunctions.Checked(buffer.Length, host);
            }

            return ends;
        }

        using IStateSnapshot snapshot = store.OpenSnapshot();
        for (int i = 0; i < ends.Length; i++)
        {
            snapshot.TryRead(keys[i], buffer, out _);
            ends[i] = ManyFunctions.Checked(buffer.Length, host);
        }

        return ends;
    }
}
