using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Errors;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Sqlite.Durability;

/// <summary>
/// Flushes what was committed since the last checkpoint, by whatever process. Thread-safe.
/// </summary>
/// <remarks>
/// Those commits are in the write-ahead log; what a checkpoint took from there it flushed before it let the log start anew.
/// The log may be opened beside SQLite, since SQLite's locks are on the other two files. It is never deleted or replaced while
/// a connection of this process has it open.
/// </remarks>
internal sealed class LogFlush : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _database;
    private SafeFileHandle? _log;
    private volatile FilePlace? _place;
    private StateStorageException? _failure;
    private bool _disposed;

    internal LogFlush(string database) => _database = database;

    internal void Flush()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            // The kernel reports a failed write once, and takes its pages for clean from then on: a flush after it proves nothing.
            if (_failure is not null)
            {
                throw PastFailure.Again(_failure);
            }

            try
            {
                if (_log is null)
                {
                    _log = FileFlush.OpenForFlush(_database + "-wal");
                    FileFlush.FlushFolder(Path.GetDirectoryName(_database)!);
                    _place = new FilePlace(_log);
                }

                FileFlush.Flush(_log);
                _place!.Require(_database);
            }
            catch (StateStorageException e)
            {
                _failure = e;
                throw;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _failure = new StateStorageException(
                    $"Flushing the state's log {_database}-wal failed: {IoReason.Of(e)}",
                    e is UnauthorizedAccessException ? SqliteErrors.RightsHint
                        : OpenFileLimit.IsReached(e) ? OpenFileLimit.Hint
                        : "See to the disk, then start again; opening the state recovers what is there.",
                    e,
                    outcomeUnknown: true);
                throw _failure;
            }
        }
    }

    /// <summary>Throws if the state that has the name is not the one any more that this process writes, and a new connection would open another.</summary>
    internal void RequireInPlace() => _place?.Require(_database);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _log?.Dispose();
        }
    }
}
