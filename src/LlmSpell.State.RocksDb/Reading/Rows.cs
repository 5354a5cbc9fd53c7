using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>
/// The rows of one family in their order, as RocksDB's iterator gives them. Keeps the families' generation, and for the collector too what
/// RocksDB needs until the iterator is gone. Not thread-safe.
/// </summary>
internal sealed unsafe class Rows : SafeHandle
{
    private readonly Generation _generation;
    private readonly Family _family;
    private readonly NativeObject? _batch;
    private readonly nint _options;
    private readonly byte* _end;
    private readonly byte[]? _from;
    private bool _started;

    private Rows(Generation generation, Family family, byte[]? from, byte[]? to, nint snapshot, NativeObject? batch)
        : base(0, ownsHandle: true)
    {
        _generation = generation.TryAcquire() ? generation : throw new ObjectDisposedException(nameof(RocksDbBackend));
        _family = family;
        _batch = batch;
        _from = from;
        bool keepsFamily = false;
        bool keepsBatch = false;
        try
        {
            family.DangerousAddRef(ref keepsFamily);
            batch?.DangerousAddRef(ref keepsBatch);

            // RocksDB looks at the end of the range for as long as the iterator lives.
            _end = to is null ? null : (byte*)NativeMemory.Alloc((nuint)to.Length);
        }
        catch
        {
            if (keepsBatch)
            {
                batch!.DangerousRelease();
            }

            if (keepsFamily)
            {
                family.DangerousRelease();
            }

            generation.Release();
            throw;
        }

        _options = RocksDbNative.rocksdb_readoptions_create();

        // A walk over everything would push out of the cache what is read again and again.
        RocksDbNative.rocksdb_readoptions_set_fill_cache(_options, (byte)(from is null || to is null ? 0 : 1));
        if (snapshot != 0)
        {
            RocksDbNative.rocksdb_readoptions_set_snapshot(_options, snapshot);
        }

        if (to is not null)
        {
            to.CopyTo(new Span<byte>(_end, to.Length));
            RocksDbNative.rocksdb_readoptions_set_iterate_upper_bound(_options, _end, (nuint)to.Length);
        }

        nint iterator = RocksDbNative.rocksdb_create_iterator_cf(generation.Database.Pointer, _options, family.Pointer);
        SetHandle(batch is null
            ? iterator
            : RocksDbNative.rocksdb_writebatch_wi_create_iterator_with_base_cf_readopts(batch.Pointer, iterator, family.Pointer, _options));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The key of the row; valid until the next step.</summary>
    internal ReadOnlySpan<byte> Key => RocksDbNative.rocksdb_iter_key_slice(handle).Span;

    /// <summary>The value of the row; valid until the next step.</summary>
    internal ReadOnlySpan<byte> Value => RocksDbNative.rocksdb_iter_value_slice(handle).Span;

    /// <summary>The entries of a range.</summary>
    /// <param name="generation">Whose entries.</param>
    /// <param name="range">Which.</param>
    /// <param name="snapshot">As of when; 0: now.</param>
    /// <param name="batch">Writes that come on top; null: none.</param>
    internal static Rows OfEntries(Generation generation, KeyRange range, nint snapshot, NativeObject? batch) => new(
        generation,
        generation.Entries,
        range.From is null ? null : StoredKey.Of(range.From),
        range.To is null ? null : StoredKey.Of(range.To),
        snapshot,
        batch);

    /// <summary>The changes from a number on, in the order of their numbers.</summary>
    internal static Rows OfChanges(Generation generation, long from, nint snapshot)
    {
        byte[] number = new byte[ChangeRecord.NumberSize];
        ChangeRecord.WriteNumber(number, from);
        return new Rows(generation, generation.Changes, number, to: null, snapshot, batch: null);
    }

    /// <summary>The number of the last change; null if the log has none.</summary>
    internal static long? LastChange(Generation generation)
    {
        using Rows rows = OfChanges(generation, from: 0, snapshot: 0);
        RocksDbNative.rocksdb_iter_seek_to_last(rows.handle);
        return rows.IsOnRow() ? ChangeRecord.ReadNumber(rows.Key, generation.Database.Folder) : null;
    }

    /// <summary>Goes to the first row, then to the next; false at the end.</summary>
    internal bool Step()
    {
        if (_started)
        {
            RocksDbNative.rocksdb_iter_next(handle);
        }
        else if (_from is not null)
        {
            fixed (byte* key = _from)
            {
                RocksDbNative.rocksdb_iter_seek(handle, key, (nuint)_from.Length);
            }
        }
        else
        {
            RocksDbNative.rocksdb_iter_seek_to_first(handle);
        }

        _started = true;
        return IsOnRow();
    }

    private bool IsOnRow()
    {
        if (RocksDbNative.rocksdb_iter_valid(handle) != 0)
        {
            return true;
        }

        byte* error = null;
        RocksDbNative.rocksdb_iter_get_error(handle, &error);
        _generation.Database.ThrowIfFailed(error, Access.Read);
        return false;
    }

    // A generation ends with a flush: no work for the collector's thread.
    protected override void Dispose(bool disposing)
    {
        bool ends = disposing && !IsClosed;
        base.Dispose(disposing);
        if (ends)
        {
            _generation.Release();
        }
    }

    protected override bool ReleaseHandle()
    {
        RocksDbNative.rocksdb_iter_destroy(handle);
        RocksDbNative.rocksdb_readoptions_destroy(_options);
        NativeMemory.Free(_end);
        _batch?.DangerousRelease();
        _family.DangerousRelease();
        return true;
    }
}
