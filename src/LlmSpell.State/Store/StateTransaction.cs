using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// A serializable transaction: it reads its own writes, and all of them or none become visible. Disposing it without
/// <see cref="Commit"/> rolls back. Not thread-safe.
/// </summary>
public sealed class StateTransaction : IDisposable
{
    private const int ClearedAtOnce = 1000;

    private readonly IBackendTransaction _inner;
    private readonly StateStoreOptions _options;
    private readonly StoreLatch _latch;

    internal StateTransaction(IBackendTransaction inner, StateStoreOptions options, StoreLatch latch)
    {
        _inner = inner;
        _options = options;
        _latch = latch;
    }

    /// <summary>Stores a value, in place of the present one if there is one.</summary>
    /// <exception cref="ArgumentException">The value is larger than the store takes.</exception>
    public void Save(StateKey key, StateValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        SaveBytes(key, value.Bytes.Span);
    }

    /// <summary>The value of a key, or null if there is none.</summary>
    public StateValue? Load(StateKey key)
    {
        using PooledBuffer buffer = new();
        return TryLoadBytes(key, buffer, out _) ? StateValue.FromStored(buffer.Written.ToArray()) : null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool Contains(StateKey key) => _inner.Contains(key);

    /// <summary>Deletes a key.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(StateKey key)
    {
        try
        {
            return _inner.Delete(key, Now());
        }
        catch (Exception e) when (_latch.Note(e))
        {
            throw;
        }
    }

    /// <summary>Deletes every key of a scope.</summary>
    /// <returns>How many there were.</returns>
    public long Clear(string scope)
    {
        KeyRange range = KeyRange.InScope(scope);
        long cleared = 0;
        while (true)
        {
            List<StateKey> page = ReadPage(range);
            foreach (StateKey key in page)
            {
                Delete(key);
            }

            cleared += page.Count;
            if (page.Count < ClearedAtOnce)
            {
                return cleared;
            }

            // RocksDB would step over what was deleted each time again.
            range = KeyRange.After(page[^1], range);
        }
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

    /// <summary>The keys of a scope that start with a prefix, in the order of their UTF-8 bytes.</summary>
    /// <exception cref="ArgumentException">The scope is not a valid one, or the prefix is not valid Unicode.</exception>
    public IReadOnlyList<string> ListKeys(string scope, string prefix = "") =>
        EntryScan.Keys(_inner.Scan(EntryScan.RangeOf(scope, prefix)));

    /// <summary>How many keys of a scope start with a prefix. It walks over them, without reading their values.</summary>
    /// <exception cref="ArgumentException">The scope is not a valid one, or the prefix is not valid Unicode.</exception>
    public long Count(string scope, string prefix = "") => EntryScan.Count(_inner.Scan(EntryScan.RangeOf(scope, prefix)));

    /// <summary>The scopes that have entries, in the order of their UTF-8 bytes.</summary>
    public IReadOnlyList<string> ListScopes() => EntryScan.Scopes(_inner.Scan);

    /// <summary>What the state adds up to, the transaction's own writes included.</summary>
    public Fingerprint Fingerprint => _inner.Fingerprint;

    /// <summary>Makes the writes visible to all at once.</summary>
    /// <exception cref="StateConflictException">Another transaction came first, on a backend where that can happen; all is rolled back.</exception>
    /// <exception cref="StateStorageException">It cannot be written, or an earlier write of the store ended in a way that nobody knows.</exception>
    public void Commit()
    {
        // What a flush lost since the transaction began may be what it builds on.
        _latch.Check();
        try
        {
            _inner.Commit();
        }
        catch (Exception e) when (_latch.Note(e))
        {
            throw;
        }
    }

    /// <summary>Ends the transaction; without a commit, nothing of it happened.</summary>
    public void Dispose() => _inner.Dispose();

    internal void SaveBytes(StateKey key, ReadOnlySpan<byte> value)
    {
        if (value.Length > _options.MaxValueBytes)
        {
            throw new ArgumentException(
                $"The value of {key} takes {value.Length} bytes; the store takes at most {_options.MaxValueBytes} (max_state_size_bytes).");
        }

        PutBytes(key, Now(), value);
    }

    /// <summary>Stores an entry as it was saved elsewhere, with its time and whatever its size.</summary>
    internal void PutBytes(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        try
        {
            _inner.Put(key, modifiedAt, value);
        }
        catch (Exception e) when (_latch.Note(e))
        {
            throw;
        }
    }

    internal bool TryLoadBytes(StateKey key, PooledBuffer buffer, out long modifiedAt) => _inner.TryRead(key, buffer, out modifiedAt);

    /// <summary>Fills a page with the first entries of a range, the transaction's own writes included.</summary>
    internal void ReadPage(EntryPage page, KeyRange range) => EntryScan.Fill(page, _inner.Scan(range));

    private long Now() => UnixTime.Microseconds(_options.TimeProvider);

    private List<StateKey> ReadPage(KeyRange range)
    {
        using IEntryCursor cursor = _inner.Scan(range);
        List<StateKey> page = [];
        while (page.Count < ClearedAtOnce && cursor.MoveNext())
        {
            page.Add(StateKey.FromValidated(cursor.Scope, cursor.Key));
        }

        return page;
    }
}
