using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Opening;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Owns a snapshot of RocksDB's and the options to read from it.</summary>
internal sealed class ReadPoint : SafeHandle
{
    private readonly Generation _generation;

    /// <param name="generation">Kept until the end; the caller knows that it is the present one.</param>
    internal ReadPoint(Generation generation)
        : base(0, ownsHandle: true)
    {
        _generation = generation.TryAcquire() ? generation : throw new ObjectDisposedException(nameof(RocksDbBackend));
        Options = RocksDbNative.rocksdb_readoptions_create();
        SetHandle(RocksDbNative.rocksdb_create_snapshot(generation.Database.Pointer));
        RocksDbNative.rocksdb_readoptions_set_snapshot(Options, handle);
    }

    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    internal nint Options { get; }

    protected override bool ReleaseHandle()
    {
        RocksDbNative.rocksdb_readoptions_destroy(Options);
        RocksDbNative.rocksdb_release_snapshot(_generation.Database.Pointer, handle);
        _generation.Release();
        return true;
    }
}
