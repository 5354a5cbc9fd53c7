using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>Adds writes to a batch with an index, and reads through it.</summary>
internal static unsafe class BatchWrites
{
    /// <summary>A key's value is put together from two parts, which spares a copy.</summary>
    internal static void Put(NativeObject batch, Family family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest)
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
            RocksDbNative.rocksdb_writebatch_wi_putv_cf(batch.Pointer, family.Pointer, 1, &names, &nameLength, 2, values, lengths);
        }
    }

    internal static void Delete(NativeObject batch, Family family, ReadOnlySpan<byte> key)
    {
        fixed (byte* name = key)
        {
            RocksDbNative.rocksdb_writebatch_wi_delete_cf(batch.Pointer, family.Pointer, name, (nuint)key.Length);
        }
    }

    /// <summary>Reads a value as it will be when the batch is written.</summary>
    internal static PinnedValue Get(NativeObject batch, Database database, nint readOptions, Family family, ReadOnlySpan<byte> key)
    {
        byte* error = null;
        fixed (byte* name = key)
        {
            nint value = RocksDbNative.rocksdb_writebatch_wi_get_pinned_from_batch_and_db_cf(
                batch.Pointer, database.Pointer, readOptions, family.Pointer, name, (nuint)key.Length, &error);
            database.ThrowIfFailed(error, Access.Read);
            return PinnedValue.OfBatch(value);
        }
    }
}
