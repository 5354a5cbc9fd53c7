using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Files;

namespace LlmSpell.State.Sqlite.Native;

/// <content>The write-ahead log of the database, and the lock under which it is written.</content>
internal sealed unsafe partial class Connection
{
    private const int NoCheckpointOnClose = 1006;

    /// <summary>For <see cref="FileOf"/>: the database.</summary>
    internal const int FilePointer = 7;

    /// <summary>For <see cref="FileOf"/>: the log.</summary>
    internal const int JournalPointer = 28;

    private int* _logPages;
    private SharedLocks* _locks;
    private nint _lockedFile;

    /// <summary>
    /// Leaves the write-ahead log as it is when the connection closes, instead of copying it into the database file.
    /// </summary>
    internal bool KeepLogOnClose
    {
        set
        {
            int now;
            Check(SqliteNative.sqlite3_db_config(_handle.DangerousGetHandle(), NoCheckpointOnClose, value ? 1 : 0, &now));
            GC.KeepAlive(_handle);
        }
    }

    /// <summary>How many pages were in the log after the last commit; zero before <see cref="WatchLog"/> and the first commit.</summary>
    internal int LogPages => _logPages == null ? 0 : *_logPages;

    /// <summary>From now on counts what is in the log, and leaves it to the caller to copy it into the database.</summary>
    internal void WatchLog()
    {
        if (_logPages == null)
        {
            _logPages = (int*)NativeMemory.AllocZeroed(sizeof(int));
            _ = SqliteNative.sqlite3_wal_hook(_handle.DangerousGetHandle(), &OnCommit, (nint)_logPages);
            GC.KeepAlive(_handle);
        }
    }

    /// <summary>Copies the log into the database, outside a transaction and without waiting for anyone.</summary>
    /// <returns>
    /// Whether nothing was in the way: another checkpoint, an error or, unless <see cref="CheckpointMode.Passive"/>, a reader. After an error all is in
    /// the log as before; see <see cref="CheckpointPages"/>.
    /// </returns>
    internal bool Checkpoint(CheckpointMode mode)
    {
        int pages;
        int copied;
        BusyTimeout = TimeSpan.Zero;
        int code = SqliteNative.sqlite3_wal_checkpoint_v2(_handle.DangerousGetHandle(), null, (int)mode, &pages, &copied);
        bool flushed = _locks == null || !_locks->Pages.TakeFailure();
        GC.KeepAlive(_handle);
        return code == ResultCode.Ok && flushed && (mode == CheckpointMode.Passive || pages == copied);
    }

    /// <summary>
    /// Spares the kernel calls for locks and, for the connection that writes, for the log. The log must be open then, that is,
    /// something was read.
    /// </summary>
    /// <param name="writes">Whether the connection writes.</param>
    internal void SpareCalls(bool writes)
    {
        _lockedFile = FileOf(FilePointer);
        _locks = SharedLocks.Attach(_lockedFile, writes);
        if (_locks != null && writes)
        {
            LogFile.Attach(FileOf(JournalPointer), (int)QueryInt64("PRAGMA page_size"), _locks);
        }
    }

    /// <summary>Keeps others from writing also between this connection's transactions, from the next one's end on.</summary>
    /// <returns>Whether that can be had.</returns>
    internal bool KeepWriteLock()
    {
        if (_locks == null)
        {
            return false;
        }

        _locks->Keep();
        return true;
    }

    /// <summary>Lets others write again when no transaction is open.</summary>
    internal void LetGoOfWriteLock()
    {
        if (_locks != null)
        {
            _locks->LetGo(_lockedFile);
        }
    }

    /// <summary>After <see cref="SpareCalls"/>: promises that nobody commits while this connection copies the log into the database.</summary>
    internal void PromiseThatNobodyCommits()
    {
        if (_locks != null)
        {
            _locks->NobodyCommits = true;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(nint context, nint database, byte* schema, int pages)
    {
        *(int*)context = pages;
        return ResultCode.Ok;
    }

    private void ForgetLog()
    {
        NativeMemory.Free(_logPages);
        _logPages = null;
    }
}
