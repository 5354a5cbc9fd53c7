using System.Buffers;
using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.State.RocksDb.Writing;

namespace LlmSpell.State.RocksDb;

/// <summary>
/// The fast backend: a RocksDB database in a folder, which one process at a time can use. Thread-safe. docs/rocksdb.md describes its files.
/// </summary>
/// <remarks>
/// A transaction's writes are held in memory until it is committed. The first one that is opened sets, for the process, from which size glibc gives
/// allocations a mapping of their own (<c>mallopt</c>, 1 MiB), unless the environment sets it: docs/rocksdb.md says why.
/// </remarks>
public sealed class RocksDbBackend : IStateBackend
{
    private readonly Writer _writer;

    private RocksDbBackend(StorePaths paths, RocksDbOptions options, CancellationToken cancellationToken)
    {
        Location = paths.Root;
        _writer = new Writer(paths, options, StoreOpener.Open(paths, options, cancellationToken));
    }

    /// <inheritdoc/>
    public string Kind => "rocksdb";

    /// <summary>The full path of the folder <c>state.rocksdb</c>.</summary>
    public string Location { get; }

    /// <summary>Opens the store in a folder for reading and writing; creates both if they are missing.</summary>
    /// <exception cref="StateUnsupportedException">The folder's <c>state.rocksdb</c> is of another program, or of a newer format; it is left as it is.</exception>
    /// <exception cref="StateCorruptException">It is damaged; it is left as it is.</exception>
    /// <exception cref="StateStorageException">It cannot be read, written or made.</exception>
    /// <param name="options">Where and how; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the wait for another process that has it open.</param>
    /// <exception cref="StateBusyException">Another process held it for longer than the busy timeout; the message says which one.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    public static RocksDbBackend Open(RocksDbOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RocksDbOptions();
        StorePaths paths = new(RealPath.Of(options.Folder));
        try
        {
            return new RocksDbBackend(paths, options, cancellationToken);
        }
        catch (DllNotFoundException e)
        {
            throw MissingLibrary.Explain(RocksDbNative.Library, $"open the state in {paths.Root}", e);
        }
    }

    /// <inheritdoc/>
    public StoreStatus ReadStatus() => _writer.Present.Status;

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        Generation generation = _writer.Acquire().Generation;
        try
        {
            using PinnedValue stored = generation.Get(key);
            return EntryRead.TryCopy(stored, generation.Database.Folder, value, out modifiedAt);
        }
        finally
        {
            generation.Release();
        }
    }

    /// <inheritdoc/>
    public bool Contains(StateKey key)
    {
        Generation generation = _writer.Acquire().Generation;
        try
        {
            using PinnedValue stored = generation.Get(key);
            return stored.IsFound;
        }
        finally
        {
            generation.Release();
        }
    }

    /// <inheritdoc/>
    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => new RocksDbTransaction(_writer, cancellationToken);

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot() => SnapshotOpener.Open(_writer);

    /// <inheritdoc/>
    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => new RocksDbReplacement(_writer, cancellationToken);

    /// <inheritdoc/>
    public void Flush() => _writer.Flush();

    /// <summary>Closes the store. What is still open of this store's transactions and snapshots stays usable, and the store is closed when the last of them ends.</summary>
    public void Dispose() => _writer.Dispose();
}
