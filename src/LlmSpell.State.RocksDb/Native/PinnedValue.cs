namespace LlmSpell.State.RocksDb.Native;

/// <summary>A value where it lies in a block or a write buffer, held there until this is disposed.</summary>
/// <param name="handle">RocksDB's handle; 0: the key has no value.</param>
internal readonly unsafe ref struct PinnedValue(nint handle)
{
    /// <summary>Whether the key has a value.</summary>
    internal bool IsFound => handle != 0;

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            nuint length;
            byte* data = RocksDbNative.rocksdb_pinnable_handle_get_value(handle, &length);
            return new ReadOnlySpan<byte>(data, checked((int)length));
        }
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            RocksDbNative.rocksdb_pinnable_handle_destroy(handle);
        }
    }
}
