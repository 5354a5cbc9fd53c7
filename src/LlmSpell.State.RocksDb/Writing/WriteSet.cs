using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// The writes of one transaction: a batch that is written at once, and what it takes to read them before. Which key was written last, and where its value
/// lies in the batch, is known at once; an index in the order of keys is made only for a walk over them. Not thread-safe.
/// </summary>
internal sealed unsafe class WriteSet : IDisposable
{
    private const int MaxBytesKept = 1 << 20;

    private readonly Dictionary<StateKey, OwnWrite> _own = [];
    private readonly List<StateKey> _notIndexed = [];
    private NativeObject _batch = NewBatch();
    private NativeObject? _index;

    /// <summary>Whether the transaction wrote this key.</summary>
    internal bool TryGet(StateKey key, out OwnWrite write)
    {
        write = default;
        return _own.Count > 0 && _own.TryGetValue(key, out write);
    }

    /// <summary>Takes down the hash of what was written last under each key.</summary>
    internal void NoteIn(RecentHashes recent)
    {
        foreach ((StateKey key, OwnWrite write) in _own)
        {
            recent.Note(key, write.IsDeleted ? EntryHash.None : write.Hash);
        }
    }

    /// <summary>What was written, as it will be stored; valid until the next write.</summary>
    internal ReadOnlySpan<byte> Bytes(OwnWrite write)
    {
        nuint length;
        byte* batch = RocksDbNative.rocksdb_writebatch_data(_batch.Pointer, &length);
        return new ReadOnlySpan<byte>(batch + write.Offset, write.Length);
    }

    internal void Put(Generation generation, StateKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> value, EntryHash hash)
    {
        long end = Append(generation.Entries, key.Joined, header, value);
        int length = header.Length + value.Length;
        Note(key, new OwnWrite(end - length, length, hash));
    }

    internal void Delete(Generation generation, StateKey key)
    {
        fixed (byte* name = key.Joined)
        {
            RocksDbNative.rocksdb_writebatch_delete_cf(_batch.Pointer, generation.Entries.Pointer, name, (nuint)key.Joined.Length);
        }

        Note(key, default);
    }

    internal void LogChange(Generation generation, ReadOnlySpan<byte> number, ReadOnlySpan<byte> header, StateKey key) =>
        Append(generation.Changes, number, header, key.Joined);

    /// <summary>An index of all writes of entries so far, for a walk over them on top of what is stored.</summary>
    internal NativeObject Index(Generation generation)
    {
        if (_index is null)
        {
            _index = new NativeObject(RocksDbNative.rocksdb_writebatch_wi_create(0, overwriteKeys: 1), &RocksDbNative.rocksdb_writebatch_wi_destroy);
            _notIndexed.AddRange(_own.Keys);
        }

        foreach (StateKey key in _notIndexed)
        {
            OwnWrite write = _own[key];
            ReadOnlySpan<byte> bytes = write.IsDeleted ? default : Bytes(write);
            fixed (byte* name = key.Joined, value = bytes)
            {
                if (write.IsDeleted)
                {
                    RocksDbNative.rocksdb_writebatch_wi_delete_cf(
                        _index.Pointer, generation.Entries.Pointer, name, (nuint)key.Joined.Length);
                }
                else
                {
                    RocksDbNative.rocksdb_writebatch_wi_put_cf(
                        _index.Pointer, generation.Entries.Pointer, name, (nuint)key.Joined.Length, value, (nuint)bytes.Length);
                }
            }
        }

        _notIndexed.Clear();
        return _index;
    }

    /// <summary>Writes everything at once, and with it that these are the counters now.</summary>
    internal void Write(Session session, Counters counters)
    {
        Span<byte> bytes = stackalloc byte[Counters.Size];
        counters.Write(bytes);
        Append(session.Description, Counters.Key, bytes, default);
        byte* error = null;
        Database database = session.Database;
        RocksDbNative.rocksdb_write(database.Pointer, database.Options.WriteOptions.Pointer, _batch.Pointer, &error);
        database.ThrowIfFailed(error, Access.Write);
    }

    /// <summary>Forgets all writes.</summary>
    internal void Clear()
    {
        _own.Clear();
        _notIndexed.Clear();
        _index?.Dispose();
        _index = null;

        // A batch keeps the memory that it once needed.
        nuint length;
        RocksDbNative.rocksdb_writebatch_data(_batch.Pointer, &length);
        if (length <= MaxBytesKept)
        {
            RocksDbNative.rocksdb_writebatch_clear(_batch.Pointer);
            return;
        }

        _own.TrimExcess();
        _notIndexed.TrimExcess();
        _batch.Dispose();
        _batch = NewBatch();
    }

    public void Dispose()
    {
        _index?.Dispose();
        _batch.Dispose();
    }

    private static NativeObject NewBatch() => new(RocksDbNative.rocksdb_writebatch_create(), &RocksDbNative.rocksdb_writebatch_destroy);

    private void Note(StateKey key, OwnWrite write)
    {
        _own[key] = write;
        if (_index is not null)
        {
            _notIndexed.Add(key);
        }
    }

    /// <summary>Adds a value that is put together from two parts; gives the end of the batch, where the value ends too.</summary>
    private long Append(Family family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest)
    {
        fixed (byte* name = key, first = header, second = rest)
        {
            byte** values = stackalloc byte*[2];
            nuint* lengths = stackalloc nuint[2];
            byte* names = name;
            nuint nameLength = (nuint)key.Length;
            values[0] = first;
            values[1] = second;
            lengths[0] = (nuint)header.Length;
            lengths[1] = (nuint)rest.Length;
            RocksDbNative.rocksdb_writebatch_putv_cf(_batch.Pointer, family.Pointer, 1, &names, &nameLength, 2, values, lengths);
        }

        nuint end;
        RocksDbNative.rocksdb_writebatch_data(_batch.Pointer, &end);
        return (long)end;
    }
}
