using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>Owns the handle of one column family. The data of a dropped family stays readable until its handle goes.</summary>
internal sealed class Family : SafeHandle
{
    private readonly DatabaseHandle _database;

    internal Family(DatabaseHandle database, nint family, string name)
        : base(0, ownsHandle: true)
    {
        _database = database;
        Name = name;
        bool added = false;
        database.DangerousAddRef(ref added);
        SetHandle(family);
    }

    public override bool IsInvalid => handle == 0;

    internal string Name { get; }

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        RocksDbNative.rocksdb_column_family_handle_destroy(handle);
        _database.DangerousRelease();
        return true;
    }
}
