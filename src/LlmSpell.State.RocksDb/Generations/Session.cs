using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Generations;

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

    /// <summary>Opens a database for writing, or makes it.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="names">All families of the database.</param>
    /// <param name="options">Owned by the session from now on, also if this fails.</param>
    /// <param name="folderLock">Owned by the session if this does not fail.</param>
    /// <param name="families">The families but the default one, owned by the caller.</param>
    internal static Session Open(StorePaths paths, List<string> names, DatabaseOptions options, FolderLock folderLock, out List<Family> families)
    {
        var database = Database.Open(paths.Database, names, options, out Family[] all);
        families = [.. all];
        try
        {
            var log = new LogFlush(database, FlushedMark.Open(paths.Flushed), paths);
            int description = names.IndexOf(FamilyNames.Default);
            families.RemoveAt(description);
            return new Session(database, all[description], log, folderLock);
        }
        catch
        {
            foreach (Family family in all)
            {
                family.Dispose();
            }

            database.Dispose();
            throw;
        }
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
