using LlmSpell.State.Sqlite.Errors;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// The one connection that writes, and who may use it: one transaction at a time of this process, and of all processes by
/// SQLite's write lock, which is taken with it. Thread-safe.
/// </summary>
internal sealed class WriterSlot : IDisposable
{
    private readonly WriteQueue _queue;
    private readonly EntryWriter _writer;
    private readonly TimeSpan _busyTimeout;
    private readonly TimeProvider _clock;
    private readonly FairLock _lock;
    private readonly LogCheckpoint _checkpoint;
    private bool _disposed;
    private bool _closed;

    internal WriterSlot(EntryWriter writer, TimeSpan busyTimeout, TimeProvider clock)
    {
        _writer = writer;
        _busyTimeout = busyTimeout;
        _clock = clock;
        _queue = new WriteQueue(clock);
        _lock = new FairLock(writer, clock);
        _checkpoint = new LogCheckpoint(writer.Connection, _lock);
    }

    /// <summary>Takes the write lock; the caller must <see cref="GiveBack"/> the writer.</summary>
    /// <exception cref="StateBusyException">Another writer did not end in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal EntryWriter Take(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        long started = _clock.GetTimestamp();
        if (!_queue.TryEnter(_busyTimeout, cancellationToken))
        {
            throw SqliteErrors.BusyHere(_writer.Connection.File);
        }

        if (IsDisposed)
        {
            LetGo();
            ThrowIfDisposed();
        }

        try
        {
            TimeSpan left = _busyTimeout - _clock.GetElapsedTime(started);
            _lock.Take(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            return _writer;
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>Lets the next writer in; SQLite's lock was given up by the commit or is given up now by rolling back.</summary>
    internal void GiveBack()
    {
        try
        {
            _writer.Rollback();
            _lock.GiveBack();
            _checkpoint.RunIfDue();
        }
        finally
        {
            LetGo();
        }
    }

    /// <summary>Closes the connection, now or as soon as a transaction that is still open ends.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        CloseIfDisposed();
    }

    private bool IsDisposed => Volatile.Read(ref _disposed);

    private void LetGo()
    {
        _queue.Exit();
        CloseIfDisposed();
    }

    // Whoever finds the writer free after the store was disposed closes it; who still waits then finds that out.
    private void CloseIfDisposed()
    {
        if (!IsDisposed || !_queue.TryEnter(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            if (!_closed)
            {
                _closed = true;
                _checkpoint.Dispose();
                _writer.Dispose();
                _lock.Dispose();
            }
        }
        finally
        {
            _queue.Exit();
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, typeof(SqliteBackend));
}
