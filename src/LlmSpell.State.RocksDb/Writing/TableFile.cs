using LlmSpell.State.Native;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>Writes one table of RocksDB's, outside of the database. Not thread-safe.</summary>
internal sealed unsafe class TableFile : IDisposable
{
    private readonly Database _database;
    private readonly NativeObject _environment;
    private readonly NativeObject _writer;

    /// <param name="database">Whose settings the table has.</param>
    /// <param name="file">The full path of the file, which is not there yet.</param>
    internal TableFile(Database database, string file)
    {
        _database = database;
        _environment = new NativeObject(RocksDbNative.rocksdb_envoptions_create(), &RocksDbNative.rocksdb_envoptions_destroy);
        _writer = new NativeObject(
            RocksDbNative.rocksdb_sstfilewriter_create(_environment.Pointer, database.Options.ForIncomingTables), &RocksDbNative.rocksdb_sstfilewriter_destroy);
        byte* error = null;
        fixed (byte* name = ZeroTerminated.Utf8(file))
        {
            RocksDbNative.rocksdb_sstfilewriter_open(_writer.Pointer, name, &error);
        }

        ThrowIfFailed(error);
    }

    internal void Add(byte* key, int keyLength, byte* value, int valueLength)
    {
        byte* error = null;
        RocksDbNative.rocksdb_sstfilewriter_put(_writer.Pointer, key, (nuint)keyLength, value, (nuint)valueLength, &error);
        ThrowIfFailed(error);
    }

    /// <summary>Completes the file; it survives a power loss then.</summary>
    internal void Finish()
    {
        byte* error = null;
        RocksDbNative.rocksdb_sstfilewriter_finish(_writer.Pointer, &error);
        ThrowIfFailed(error);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _environment.Dispose();
    }

    private void ThrowIfFailed(byte* error) => _database.ThrowIfFailed(error, Access.Prepare);
}
