using LlmSpell.State.Sqlite.Errors;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// The one connection that writes, and who may use it: one transaction at a time of this process, and of all processes by
/// SQLite's write lock, which is taken with it. Thread-safe.
/// </summary>
internal sealed class WriterSlot(EntryWriter writer, TimeSpan busyTimeout, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private bool _disposed;

    /// <summary>Takes the write lock; the caller must <see cref="GiveBack"/> the writer.</summary>
    /// <exception cref="StateBusyException">Another writer did not end in time.</exception>
    internal EntryWriter Take()
    {
        ThrowIfDisposed();
        long started = clock.GetTimestamp();
        if (!_free.Wait(busyTimeout))
        {
            throw SqliteErrors.BusyHere(writer.Connection.File);
        }

        try
        {
            ThrowIfDisposed();
            TimeSpan left = busyTimeout - clock.GetElapsedTime(started);
            writer.Begin(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            return writer;
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
            writer.Rollback();
        }
        finally
        {
            _free.Release();
            CloseIfDisposed();
        }
    }

    /// <summary>Closes the connection, now or as soon as a transaction that is still open ends.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        CloseIfDisposed();
    }

    // Whoever finds the writer free after the store was disposed closes it, and never lets go of it again.
    private void CloseIfDisposed()
    {
        if (Volatile.Read(ref _disposed) && _free.Wait(TimeSpan.Zero))
        {
            writer.Dispose();
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(SqliteBackend));
}
