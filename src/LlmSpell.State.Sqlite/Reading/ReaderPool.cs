using LlmSpell.State.Sqlite.Durability;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>Connections that only read, kept for the next reader. Thread-safe.</summary>
/// <param name="file">The database file.</param>
/// <param name="options">How they wait.</param>
/// <param name="log">The log of the connection that writes.</param>
/// <param name="cacheKib">How much of the database each keeps in memory, in KiB.</param>
internal sealed class ReaderPool(string file, SqliteOptions options, LogFlush log, int cacheKib) : IDisposable
{
    private const int MaxIdle = 8;

    private readonly Lock _lock = new();
    private readonly Stack<EntryReader> _idle = new();
    private bool _disposed;

    /// <summary>A reader, for one user at a time, to be given back.</summary>
    internal EntryReader Take()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteBackend));
            if (_idle.Count > 0)
            {
                return _idle.Pop();
            }
        }

        Connection connection = Connect();
        try
        {
            ConnectionSettings.Apply(connection, cacheKib);
            connection.Execute("PRAGMA query_only=ON");
            connection.SpareCalls(writes: false);
            log.RequireInPlace();
            return new EntryReader(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal void GiveBack(EntryReader reader)
    {
        lock (_lock)
        {
            if (!_disposed && _idle.Count < MaxIdle)
            {
                _idle.Push(reader);
                return;
            }
        }

        reader.Dispose();
        if (_disposed)
        {
            // A snapshot may outlive the writing connection, and then this was the last one.
            TurnFile.DeleteIfUnused(file);
        }
    }

    public void Dispose()
    {
        EntryReader[] idle;
        lock (_lock)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (EntryReader reader in idle)
        {
            reader.Dispose();
        }
    }

    private Connection Connect()
    {
        try
        {
            return Connection.Open(file, OpenMode.ReadWrite, new BusyWait(options.BusyTimeout, options.TimeProvider));
        }
        catch (StateException)
        {
            // Where nothing has its place any more, that is what is wrong, and not the rights of the user.
            log.RequireInPlace();
            throw;
        }
    }
}
