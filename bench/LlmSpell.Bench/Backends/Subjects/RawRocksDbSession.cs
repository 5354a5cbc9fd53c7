using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.Bench;

/// <summary>One thread's calls on <see cref="RawRocksDb"/>.</summary>
internal sealed unsafe class RawRocksDbSession(Database database, Family family, bool strict) : ISession
{
    private readonly NativeObject _batch = new(RocksDbNative.rocksdb_writebatch_create(), &RocksDbNative.rocksdb_writebatch_destroy);

    public void Save(WorkItem item) => SaveTogether([item]);

    public void SaveTogether(ReadOnlySpan<WorkItem> items)
    {
        RocksDbNative.rocksdb_writebatch_clear(_batch.Pointer);
        foreach (WorkItem item in items)
        {
            ReadOnlySpan<byte> bytes = item.Value.Bytes.Span;
            fixed (byte* key = item.Name, value = bytes)
            {
                RocksDbNative.rocksdb_writebatch_put_cf(
                    _batch.Pointer, family.Pointer, key, (nuint)item.Name.Length, value, (nuint)bytes.Length);
            }
        }

        byte* error = null;
        RocksDbNative.rocksdb_write(database.Pointer, database.Options.WriteOptions.Pointer, _batch.Pointer, &error);
        database.ThrowIfFailed(error, Access.Write);
        if (strict)
        {
            database.FlushLog();
        }
    }

    public int Load(WorkItem item)
    {
        using PinnedValue value = database.Get(database.Options.ReadOptions.Pointer, family, item.Name);
        return value.IsFound ? value.Bytes.ToArray().Length : -1;
    }

    public long Scan()
    {
        EntryTally tally = default;
        using NativeObject iterator = new(
            RocksDbNative.rocksdb_create_iterator_cf(database.Pointer, database.Options.ReadOptions.Pointer, family.Pointer),
            &RocksDbNative.rocksdb_iter_destroy);
        for (RocksDbNative.rocksdb_iter_seek_to_first(iterator.Pointer); RocksDbNative.rocksdb_iter_valid(iterator.Pointer) != 0; RocksDbNative.rocksdb_iter_next(iterator.Pointer))
        {
            tally.Add(RocksDbNative.rocksdb_iter_key_slice(iterator.Pointer).Span, RocksDbNative.rocksdb_iter_value_slice(iterator.Pointer).Span);
        }

        byte* error = null;
        RocksDbNative.rocksdb_iter_get_error(iterator.Pointer, &error);
        database.ThrowIfFailed(error, Access.Read);
        return tally.Entries;
    }

    public void Dispose() => _batch.Dispose();
}
