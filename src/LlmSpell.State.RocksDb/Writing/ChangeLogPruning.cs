using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// Drops the oldest changes once there are enough of them to be worth it. A range of them is deleted at once, whatever their number; RocksDB
/// frees their room when it rewrites the tables that they lie in.
/// </summary>
internal static unsafe class ChangeLogPruning
{
    /// <summary>The fewest changes worth dropping. Each time leaves a mark that readers of the log must step over.</summary>
    internal const long Step = 5_000;

    /// <summary>Drops what need not be kept, if there is enough of it; for whoever holds the writer, after a commit.</summary>
    /// <param name="writer">Held by the caller.</param>
    /// <param name="present">The state after the commit.</param>
    internal static void Run(Writer writer, Present present)
    {
        Counters counters = present.Counters;
        long excess = counters.Sequence - counters.PrunedThrough - ChangeLogRetention.ChangesToKeep(counters.Entries);
        if (excess < Step)
        {
            return;
        }

        Counters after = counters with { PrunedThrough = counters.PrunedThrough + excess };
        Database database = present.Generation.Database;
        using NativeObject batch = new(RocksDbNative.rocksdb_writebatch_create(), &RocksDbNative.rocksdb_writebatch_destroy);
        Span<byte> from = stackalloc byte[ChangeRecord.NumberSize];
        Span<byte> to = stackalloc byte[ChangeRecord.NumberSize];
        Span<byte> bytes = stackalloc byte[Counters.Size];
        ChangeRecord.WriteNumber(from, counters.PrunedThrough + 1);
        ChangeRecord.WriteNumber(to, after.PrunedThrough + 1);
        after.Write(bytes);
        byte* error = null;
        fixed (byte* first = from, end = to, key = Counters.Key, value = bytes)
        {
            RocksDbNative.rocksdb_writebatch_delete_range_cf(
                batch.Pointer, present.Generation.Changes.Pointer, first, (nuint)from.Length, end, (nuint)to.Length);
            RocksDbNative.rocksdb_writebatch_put_cf(
                batch.Pointer, present.Generation.Session.Description.Pointer, key, (nuint)Counters.Key.Length, value, (nuint)bytes.Length);
            RocksDbNative.rocksdb_write(database.Pointer, database.Options.WriteOptions.Pointer, batch.Pointer, &error);
        }

        database.ThrowIfFailed(error, Access.Write);
        writer.Publish(present with { Counters = after });
    }
}
