using System.Buffers;
using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Durability;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Writing;

namespace LlmSpell.State.Sqlite;

/// <summary>
/// The embedded default: a SQLite database in a folder, which several processes may use at once. Thread-safe. docs/store.md
/// describes its file.
/// </summary>
public sealed class SqliteBackend : IStateBackend
{
    private readonly WriterSlot _writer;

    // For single loads, and for snapshots, which are walked through: they want caches of different sizes.
    private readonly ReaderPool _readers;
    private readonly ReaderPool _walkers;
    private readonly LogFlush _log;

    private SqliteBackend(string file, Connection connection, SqliteOptions options)
    {
        Location = file;
        _writer = new WriterSlot(new EntryWriter(connection, new EntryReader(connection)), options.BusyTimeout, options.TimeProvider);
        _log = new LogFlush(file);
        _readers = new ReaderPool(file, options, _log, ConnectionSettings.CacheKib);
        _walkers = new ReaderPool(file, options, _log, ConnectionSettings.WalkCacheKib);
    }

    /// <inheritdoc/>
    public string Kind => "sqlite";

    /// <summary>The full path of the database file.</summary>
    public string Location { get; }

    /// <summary>Opens the store in a folder; creates both if they are missing.</summary>
    /// <exception cref="StateUnsupportedException">The folder's <c>state.db</c> is of another program, or of a newer format; it is left as it is.</exception>
    /// <exception cref="StateCorruptException">It is damaged, or no database; it is left as it is.</exception>
    /// <exception cref="StateStorageException">It cannot be read, written or made.</exception>
    /// <exception cref="StateBusyException">Another process held it for longer than the busy timeout.</exception>
    public static SqliteBackend Open(SqliteOptions? options = null)
    {
        options ??= new SqliteOptions();
        string file = StoreFile.In(RealPath.Of(options.Folder));
        try
        {
            return new SqliteBackend(file, StoreOpener.Open(file, options), options);
        }
        catch (DllNotFoundException e)
        {
            throw MissingLibrary.Explain(SqliteNative.Library, $"open the state in {file}", e);
        }
    }

    /// <inheritdoc/>
    public StoreStatus ReadStatus() => Read(static (reader, _) => reader.ReadStatus(), 0);

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        (bool found, modifiedAt) = Read(
            static (reader, arguments) => (reader.TryRead(arguments.key, arguments.value, out long time), time), (key, value));
        return found;
    }

    /// <inheritdoc/>
    public bool Contains(StateKey key) => Read(static (reader, key) => reader.Find(key) is not null, key);

    /// <inheritdoc/>
    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => new SqliteTransaction(_writer, cancellationToken);

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot() => new SqliteSnapshot(_walkers);

    /// <inheritdoc/>
    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => new SqliteReplacement(_writer, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public void Flush() => _log.Flush();

    /// <summary>
    /// Closes the store. The last process to do so copies the log into the database file and deletes it. What is still open of
    /// this store's transactions and snapshots stays usable, and closes its connection when it ends.
    /// </summary>
    public void Dispose()
    {
        _log.Dispose();
        _readers.Dispose();
        _walkers.Dispose();
        _writer.Dispose();
    }

    private T Read<TArguments, T>(Func<EntryReader, TArguments, T> read, TArguments arguments)
    {
        EntryReader reader = _readers.Take();
        try
        {
            return read(reader, arguments);
        }
        finally
        {
            _readers.GiveBack(reader);
        }
    }
}
