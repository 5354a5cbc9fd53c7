using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>Writes both records of the default family at once, which is how a store begins and how a replacement switches.</summary>
internal static unsafe class DescriptionWriter
{
    internal static void Write(Session session, Identity identity, Counters counters)
    {
        using NativeObject batch = new(RocksDbNative.rocksdb_writebatch_create(), &RocksDbNative.rocksdb_writebatch_destroy);
        Span<byte> bytes = stackalloc byte[Counters.Size];
        counters.Write(bytes);
        Put(batch, session.Description, Identity.Key, identity.Write());
        Put(batch, session.Description, Counters.Key, bytes);
        byte* error = null;
        Database database = session.Database;
        RocksDbNative.rocksdb_write(database.Pointer, database.Options.WriteOptions.Pointer, batch.Pointer, &error);
        database.ThrowIfFailed(error, Access.Write);
        session.Log!.NoteWritten(counters.Sequence);
    }

    private static void Put(NativeObject batch, Family family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* name = key, content = value)
        {
            RocksDbNative.rocksdb_writebatch_put_cf(
                batch.Pointer, family.Pointer, name, (nuint)key.Length, content, (nuint)value.Length);
        }
    }
}
