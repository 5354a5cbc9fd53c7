using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// The state: values by scope and key, kept by a backend. Thread-safe and synchronous. A call that returned is done: what it
/// wrote survives the death of the process at once, and a power loss after <see cref="StateStoreOptions.FlushInterval"/>.
/// </summary>
/// <remarks>
/// Failures a user can meet are <see cref="StateException"/>s. While a transaction of this store is open, write through it:
/// another write to the store waits for it, and from the same thread would wait in vain until the busy timeout.
/// </remarks>
public sealed partial class StateStore : IDisposable
{
    private readonly IStateBackend _backend;
    private readonly StateStoreOptions _options;
    private readonly StoreLatch _latch;
    private readonly BackendGate _gate;
    private readonly PeriodicFlush _flush;

    /// <summary>Opens the store over a backend, which it owns from now on, and closes if it cannot be opened.</summary>
    public StateStore(IStateBackend backend, StateStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        _options = options ?? new StateStoreOptions();
        _latch = new StoreLatch(backend.Location);
        _gate = new BackendGate(backend, _latch);
        try
        {
            _gate.Run(static backend => backend.Flush());
            _flush = new PeriodicFlush(backend, _latch, _options);
        }
        catch
        {
            backend.Dispose();
            throw;
        }
    }

    /// <summary>The backend's name, such as <c>sqlite</c>.</summary>
    public string BackendKind => _backend.Kind;

    /// <summary>Where the data lies.</summary>
    public string Location => _backend.Location;

    /// <summary>The largest value that this store takes, in bytes of MessagePack.</summary>
    public int MaxValueBytes => _options.MaxValueBytes;

    /// <summary>What the store says of itself now.</summary>
    public StoreStatus ReadStatus() => _gate.Run(static backend => backend.ReadStatus());

    /// <summary>Stores a value, in place of the present one if there is one.</summary>
    /// <exception cref="ArgumentException">The value is larger than <see cref="MaxValueBytes"/>.</exception>
    public void Save(StateKey key, StateValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        SaveBytes(key, value.Bytes.Span);
    }

    /// <summary>The value of a key, or null if there is none.</summary>
    public StateValue? Load(StateKey key)
    {
        using PooledBuffer buffer = new();
        return TryLoadBytes(key, buffer) ? StateValue.FromStored(buffer.Written.ToArray()) : null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool Contains(StateKey key) => _gate.Run(static (backend, key) => backend.Contains(key), key);

    /// <summary>Deletes a key.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(StateKey key)
    {
        return Transact(transaction => transaction.Delete(key));
    }

    /// <summary>Deletes every key of a scope at once.</summary>
    /// <returns>How many there were.</returns>
    public long Clear(string scope)
    {
        return Transact(transaction => transaction.Clear(scope));
    }

    /// <summary>When an entry was saved last and how large its value is; false if there is none.</summary>
    /// <exception cref="StateCorruptException">Its time is none that can be saved.</exception>
    public bool TryGetInfo(StateKey key, out StateEntryInfo info)
    {
        using PooledBuffer buffer = new();
        bool found = TryLoadBytes(key, buffer, out long modifiedAt);
        info = found ? StateEntryInfo.Of(key, modifiedAt, buffer.Length) : default;
        return found;
    }

    /// <summary>The values of several keys, all of one moment; keys without a value are left out.</summary>
    public IReadOnlyDictionary<StateKey, StateValue> LoadMany(IEnumerable<StateKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        StateKey[] all = [.. keys];
        Dictionary<StateKey, StateValue> values = [];
        using PooledBuffer buffer = new();
        using IStateSnapshot snapshot = OpenSnapshot();
        foreach (StateKey key in all)
        {
            buffer.Clear();
            if (snapshot.TryRead(key, buffer, out _))
            {
                values[key] = StateValue.FromStored(buffer.Written.ToArray());
            }
        }

        return values;
    }

    /// <summary>Stores several values in one transaction: all of them or none.</summary>
    /// <exception cref="ArgumentException">A value is larger than <see cref="MaxValueBytes"/>.</exception>
    public void SaveMany(IEnumerable<KeyValuePair<StateKey, StateValue>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        KeyValuePair<StateKey, StateValue>[] all = [.. values];
        Transact(transaction =>
        {
            foreach ((StateKey key, StateValue value) in all)
            {
                transaction.Save(key, value);
            }
        });
    }

    /// <summary>The keys of a scope that start with a prefix, in the order of their UTF-8 bytes.</summary>
    /// <exception cref="ArgumentException">The scope is not a valid one, or the prefix is not valid Unicode.</exception>
    public IReadOnlyList<string> ListKeys(string scope, string prefix = "")
    {
        KeyRange range = EntryScan.RangeOf(scope, prefix);
        using IStateSnapshot snapshot = OpenSnapshot();
        return EntryScan.Keys(snapshot.Scan(range));
    }

    /// <summary>How many keys of a scope start with a prefix. It walks over them, without reading their values.</summary>
    /// <exception cref="ArgumentException">The scope is not a valid one, or the prefix is not valid Unicode.</exception>
    public long Count(string scope, string prefix = "")
    {
        KeyRange range = EntryScan.RangeOf(scope, prefix);
        using IStateSnapshot snapshot = OpenSnapshot();
        return EntryScan.Count(snapshot.Scan(range));
    }

    /// <summary>The scopes that have entries, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<string> ListScopes()
    {
        using IStateSnapshot snapshot = OpenSnapshot();
        return EntryScan.Scopes(snapshot.Scan);
    }

    /// <summary>Opens a consistent view of the state as it is now, while writers go on. Hold it briefly.</summary>
    public IStateSnapshot OpenSnapshot() => _gate.Run(static backend => backend.OpenSnapshot());

    /// <summary>Begins to replace the whole state; it waits for other writers and holds them off.</summary>
    /// <param name="cancellationToken">Ends the wait; a replacement that has begun does not look at it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) =>
        new LatchedReplacement(_gate.Run(static (backend, token) => backend.BeginReplacement(token), cancellationToken), _latch);

    /// <summary>
    /// Reads the whole store as it is now and checks it: each entry's name, time, value and hash, their order, number and fingerprint,
    /// and the database's own structures. Writers can go on meanwhile. Changes nothing.
    /// </summary>
    /// <exception cref="StateCorruptException">It is damaged so that not even what it says of itself can be read.</exception>
    public StoreCheckReport Check(CancellationToken cancellationToken = default)
    {
        using IStateSnapshot snapshot = OpenSnapshot();
        return new StoreCheck(snapshot).Run(cancellationToken);
    }

    /// <summary>
    /// Takes the present entries as right, after they were changed with other tools: computes all hashes and the fingerprint anew, in one
    /// transaction. A new lineage begins, so that the next backup is full.
    /// </summary>
    /// <returns>The store after that.</returns>
    /// <exception cref="StateCorruptException">An entry cannot be read, or could not have been saved; nothing was changed.</exception>
    public StoreStatus AcceptContent(CancellationToken cancellationToken = default)
    {
        using IStateReplacement replacement = BeginReplacement(cancellationToken);
        using IStateSnapshot snapshot = OpenSnapshot();
        StoreStatus after = new ContentAcceptance(snapshot, replacement).Run(cancellationToken);
        Flush();
        return after;
    }

    /// <summary>Returns when all that was committed so far survives a power loss.</summary>
    public void Flush() => _gate.Run(static backend => backend.Flush());

    /// <summary>Flushes and closes the store.</summary>
    /// <exception cref="StateStorageException">The last writes could not be flushed, now or before, and no call has said so yet; they may be lost in a power loss.</exception>
    public void Dispose()
    {
        if (!_gate.TryClose())
        {
            return;
        }

        _flush.Dispose();
        try
        {
            if (!_latch.IsReported)
            {
                _latch.Check();
                _backend.Flush();
            }
        }
        finally
        {
            _backend.Dispose();
        }
    }

    /// <summary>Stores bytes that are known to be one value of the state.</summary>
    internal void SaveBytes(StateKey key, ReadOnlySpan<byte> value, CancellationToken cancellationToken = default)
    {
        Transact(
            static (transaction, entry) =>
            {
                transaction.SaveBytes(entry.Key, entry.Value);
                return true;
            },
            new UnsavedEntry(key, value),
            cancellationToken);
    }

    internal bool TryLoadBytes(StateKey key, PooledBuffer buffer) => TryLoadBytes(key, buffer, out _);

    internal bool TryLoadBytes(StateKey key, PooledBuffer buffer, out long modifiedAt)
    {
        (bool found, modifiedAt) = _gate.Run(
            static (backend, args) => (backend.TryRead(args.key, args.buffer, out long time), time), (key, buffer));
        return found;
    }

    /// <summary>Fills a page with the first entries of a range, as last committed.</summary>
    internal void ReadPage(EntryPage page, KeyRange range)
    {
        using IStateSnapshot snapshot = OpenSnapshot();
        EntryScan.Fill(page, snapshot.Scan(range));
    }

    // A span, which no tuple can hold.
    private readonly ref struct UnsavedEntry(StateKey key, ReadOnlySpan<byte> value)
    {
        internal readonly StateKey Key = key;
        internal readonly ReadOnlySpan<byte> Value = value;
    }
}
