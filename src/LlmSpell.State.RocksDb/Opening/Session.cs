using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>An open database with what belongs to it; closed when the last that uses it ends.</summary>
internal sealed class Session : Counted
{
    private readonly FolderLock? _lock;
    private bool _isOpened;

    /// <param name="database">The database.</param>
    /// <param name="description">The family that says what the store is.</param>
    /// <param name="log">Flushes the log; null for a database that is only read.</param>
    /// <param name="folderLock">Given up at the end; null for a database that is only read.</param>
    internal Session(Database database, Family description, LogFlush? log, FolderLock? folderLock)
    {
        Database = database;
        Description = description;
        Log = log;
        _lock = folderLock;
    }

    internal Database Database { get; }

    /// <summary>The family that says what the store is.</summary>
    internal Family Description { get; }

    internal LogFlush? Log { get; }

    /// <summary>The store was found to be whole.</summary>
    internal void NoteOpened()
    {
        Log?.NoteManifest();
        _lock?.NoteOpened();
        _isOpened = true;
    }

    protected override void End()
    {
        bool flushed = FlushLast();
        Description.Dispose();
        Database.Dispose();
        if (flushed && NoteManifest())
        {
            _lock?.NoteFlushed();
        }

        Log?.Dispose();
        _lock?.Dispose();
    }

    // The store was closed already, so nobody hears of a failure; but then this process stays named as the one that left it unflushed.
    private bool FlushLast()
    {
        if (!_isOpened || Log is null)
        {
            return false;
        }

        try
        {
            Log.Flush();
            return true;
        }
        catch (StateException)
        {
            return false;
        }
    }

    private bool NoteManifest()
    {
        try
        {
            Log!.NoteManifest();
            return true;
        }
        catch (StateException)
        {
            return false;
        }
    }
}
