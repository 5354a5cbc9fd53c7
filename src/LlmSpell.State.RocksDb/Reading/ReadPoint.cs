using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Owns a snapshot of RocksDB's and the options to read from it.</summary>
internal sealed class ReadPoint : SafeHandle
{
    private readonly Generation _generation;
    private readonly DatabaseHandle _database;

    /// <param name="generation">Kept until the end; the caller knows that it is the present one.</param>
    internal ReadPoint(Generation generation)
        : base(0, ownsHandle: true)
    {
        _generation = generation.TryAcquire() ? generation : throw new ObjectDisposedException(nameof(RocksDbBackend));
        _database = generation.Database.Handle;
        bool keepsDatabase = false;
        try
        {
            _database.DangerousAddRef(ref keepsDatabase);
        }
        catch
        {
            generation.Release();
            throw;
        }

        Options = RocksDbNative.rocksdb_readoptions_create();
        SetHandle(RocksDbNative.rocksdb_create_snapshot(_database.Pointer));
        RocksDbNative.rocksdb_readoptions_set_snapshot(Options, handle);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    internal nint Options { get; }

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
        RocksDbNative.rocksdb_readoptions_destroy(Options);
        RocksDbNative.rocksdb_release_snapshot(_database.Pointer, handle);
        _database.DangerousRelease();
        return true;
    }
}
