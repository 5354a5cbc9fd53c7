using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Durability;

/// <summary>
/// Flushes the write-ahead log for many at once: whoever comes while a flush runs waits for the next, which one of them does for all. Thread-safe.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="mark">Where it is written down how far; owned by this.</param>
/// <param name="paths">The store.</param>
internal sealed class LogFlush(Database database, FlushedMark mark, StorePaths paths) : IDisposable
{
    private readonly object _monitor = new();
    private long _written;
    private long _flushed = -1;
    private bool _running;
    private StateException? _failure;

    /// <summary>Notes that a commit was written to the log, in the order of commits.</summary>
    internal void NoteWritten(long sequence) => Volatile.Write(ref _written, sequence);

    /// <summary>Returns when all that was noted so far survives a power loss.</summary>
    internal void Flush()
    {
        long needed = Volatile.Read(ref _written);
        lock (_monitor)
        {
            while (_running)
            {
                Monitor.Wait(_monitor);
            }

            // The kernel reports a failed write once, and takes its pages for clean from then on: a flush after it proves nothing.
            if (_failure is not null)
            {
                throw PastFailure.Again(_failure);
            }

            if (_flushed >= needed)
            {
                return;
            }

            _running = true;
        }

        FlushForAll();
    }

    /// <summary>
    /// Writes down how long the manifest is, after what must not be missing of it: opening, a replacement, closing. What comes in between needs
    /// no mark: a table that the manifest does not know any more leaves a gap in the log, and one that it still knows is not there.
    /// </summary>
    internal void NoteManifest()
    {
        try
        {
            mark.Write(ManifestLength.Of(paths));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MarkFailed(e);
        }
    }

    public void Dispose() => mark.Dispose();

    private void FlushForAll()
    {
        long flushed = Volatile.Read(ref _written);
        bool isDone = false;
        try
        {
            database.FlushLog();
            mark.Write(flushed);
            isDone = true;
        }
        catch (StateException e)
        {
            _failure = e;
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure = MarkFailed(e);
            throw _failure;
        }
        finally
        {
            lock (_monitor)
            {
                _running = false;
                _flushed = isDone ? flushed : _flushed;
                Monitor.PulseAll(_monitor);
            }
        }
    }

    private StateStorageException MarkFailed(Exception cause) => new(
        $"Writing down how far the state in {database.Folder} is flushed failed: {cause.Message}",
        "See to the disk, then open the state again (start the script again).",
        cause,
        outcomeUnknown: true);
}
