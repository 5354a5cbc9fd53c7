using System.Buffers;

namespace LlmSpell.State.RocksDb;

/// <summary>
/// A store that another process has open for writing, as it was at one moment: every read and snapshot is of that moment. Writing is refused with
/// <see cref="StateBusyException"/>, which names the other process. Thread-safe.
/// </summary>
public sealed class RocksDbView : IStateBackend
{
    /// <inheritdoc/>
    public string Kind => "rocksdb";

    /// <summary>The full path of the folder <c>state.rocksdb</c>.</summary>
    public string Location => throw new NotImplementedException();

    /// <summary>Opens a view of the store as it is now.</summary>
    /// <exception cref="StateNotFoundException">There is no store in the folder.</exception>
    public static RocksDbView Open(RocksDbOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public StoreStatus ReadStatus() => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Contains(StateKey key) => throw new NotImplementedException();

    /// <summary>Refuses.</summary>
    /// <exception cref="StateBusyException">Always; it says which process has the store.</exception>
    public IBackendTransaction BeginTransaction() => throw new NotImplementedException();

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot() => throw new NotImplementedException();

    /// <summary>Refuses.</summary>
    /// <exception cref="StateBusyException">Always; it says which process has the store.</exception>
    public IStateReplacement BeginReplacement() => throw new NotImplementedException();

    /// <summary>Returns when all that the view shows survives a power loss.</summary>
    public void Flush() => throw new NotImplementedException();

    /// <summary>Closes the view.</summary>
    public void Dispose() => throw new NotImplementedException();
}
