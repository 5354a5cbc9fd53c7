namespace LlmSpell.State.RocksDb.Native;

/// <summary>A value where it lies in a block or a write buffer, held there until this is disposed.</summary>
internal unsafe ref struct PinnedValue
{
    private readonly nint _handle;
    private readonly bool _ofBatch;

    private PinnedValue(nint handle, bool ofBatch)
    {
        _handle = handle;
        _ofBatch = ofBatch;
    }

    /// <summary>Whether the key has a value.</summary>
    internal readonly bool IsFound => _handle != 0;

    internal readonly ReadOnlySpan<byte> Bytes
    {
        get
        {
            nuint length;
            byte* data = _ofBatch
                ? RocksDbNative.rocksdb_pinnableslice_value(_handle, &length)
                : RocksDbNative.rocksdb_pinnable_handle_get_value(_handle, &length);
            return new ReadOnlySpan<byte>(data, checked((int)length));
        }
    }

    internal static PinnedValue Of(nint pinnableHandle) => new(pinnableHandle, ofBatch: false);

    internal static PinnedValue OfBatch(nint pinnableSlice) => new(pinnableSlice, ofBatch: true);

    public readonly void Dispose()
    {
        if (_handle == 0)
        {
            return;
        }

        if (_ofBatch)
        {
            RocksDbNative.rocksdb_pinnableslice_destroy(_handle);
        }
        else
        {
            RocksDbNative.rocksdb_pinnable_handle_destroy(_handle);
        }
    }
}
