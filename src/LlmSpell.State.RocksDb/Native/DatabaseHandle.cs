using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>Owns an open database. Whatever belongs to the database holds a reference, so that it is closed last.</summary>
internal sealed class DatabaseHandle : SafeHandle
{
    internal DatabaseHandle(nint database)
        : base(0, ownsHandle: true) => SetHandle(database);

    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        RocksDbNative.rocksdb_close(handle);
        return true;
    }
}
