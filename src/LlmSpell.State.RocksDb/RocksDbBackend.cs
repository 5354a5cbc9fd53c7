using System.Buffers;

namespace LlmSpell.State.RocksDb;

/// <summary>
/// The fast backend: a RocksDB database in a folder, which one process at a time can use. Thread-safe. docs/rocksdb.md describes its files.
/// </summary>
public sealed class RocksDbBackend : IStateBackend
{
    /// <inheritdoc/>
    public string Kind => "rocksdb";

    /// <summary>The full path of the folder <c>state.rocksdb</c>.</summary>
    public string Location => throw new NotImplementedException();

    /// <summary>Opens the store in a folder for reading and writing; creates both if they are missing.</summary>
    /// <exception cref="StateUnsupportedException">The folder's <c>state.rocksdb</c> is of another program, or of a newer format; it is left as it is.</exception>
    /// <exception cref="StateCorruptException">It is damaged; it is left as it is.</exception>
    /// <exception cref="StateStorageException">It cannot be read, written or made.</exception>
    /// <exception cref="StateBusyException">Another process held it for longer than the busy timeout; the message says which one.</exception>
    public static RocksDbBackend Open(RocksDbOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public StoreStatus ReadStatus() => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Contains(StateKey key) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IBackendTransaction BeginTransaction() => throw new NotImplementedException();

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot() => throw new NotImplementedException();

    /// <inheritdoc/>
    public IStateReplacement BeginReplacement() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Flush() => throw new NotImplementedException();

    /// <summary>Closes the store. What is still open of this store's transactions and snapshots stays usable, and the store is closed when the last of them ends.</summary>
    public void Dispose() => throw new NotImplementedException();
}
