using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Errors;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;
using LlmSpell.State.RocksDb.Writing;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>
/// Opens a store for writing, or makes one. The hard part: RocksDB makes a database where it finds none, and takes a log that was cut off for one
/// that ends there. So a new store is marked as one in the making until it is complete, and an old one must hold all that was promised.
/// </summary>
internal static class StoreOpener
{
    internal static OpenedStore Open(StorePaths paths, RocksDbOptions options, CancellationToken cancellationToken = default)
    {
        try
        {
            FormatFile.IsThere(paths);
            List<string> changed = NewFolders.Create(paths.Root);
            FolderLock folderLock = FolderLock.Take(paths, options.BusyTimeout, options.TimeProvider, cancellationToken);
            try
            {
                OpenedStore store = FormatFile.IsThere(paths)
                    ? OpenExisting(paths, options, folderLock)
                    : StoreCreator.Create(paths, options, folderLock);
                changed.ForEach(FileFlush.FlushFolder);
                return store;
            }
            catch
            {
                folderLock.Dispose();
                throw;
            }
        }
        catch (IOException e) when (FullDisk.IsReason(e))
        {
            throw new StateStorageException(
                $"There is no room to open the state in {paths.Root}: {e.Message}",
                "Free some space on that disk, then try again; deleting old backups needs no free space: llmspell backup cleanup.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStorageException(
                $"The state in {paths.Root} cannot be opened: {e.Message}",
                OpenFileLimit.HintFor(e, "See to the rights of this user and to the disk, or set path in [runtime.state_persistence] to another folder."),
                e);
        }
    }

    /// <summary>Reads what a database says of itself, and takes hold of the families that it names.</summary>
    /// <param name="session">Released if this fails.</param>
    /// <param name="families">All that are open, but the default one; closed if this fails.</param>
    /// <param name="journals">See <see cref="StorePaths.Journals"/>.</param>
    internal static OpenedStore Describe(Session session, IReadOnlyList<Family> families, string journals)
    {
        try
        {
            (Identity identity, Counters counters) = StoreDescription.Read(session, session.Database.Options.ReadOptions.Pointer);
            Family? entries = families.FirstOrDefault(family => family.Name == FamilyNames.Entries(identity.Generation));
            Family? changes = families.FirstOrDefault(family => family.Name == FamilyNames.Changes(identity.Generation));
            if (entries is null || changes is null)
            {
                throw RocksDbErrors.Corrupt($"The state in {session.Database.Folder} has lost the families of its generation {identity.Generation}.");
            }

            return new OpenedStore(session, new Generation(session, identity.Generation, entries, changes), identity, counters);
        }
        catch (StateCorruptException e) when (e.InnerException is null)
        {
            Close(session, families);

            // Every block that was read is as it was written: what is missing is missing in the files that say what there is.
            throw RocksDbErrors.Corrupt($"{e.Message.TrimEnd('.')}: {journals} are damaged or were cut off.");
        }
        catch
        {
            Close(session, families);
            throw;
        }
    }

    /// <summary>Checks what must be true of a store that no process has open before RocksDB reads it.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="before">Who had it last and did not close it; null if it was closed.</param>
    /// <param name="clock">The time.</param>
    /// <returns>The last change that is known to be safe, and how far the log must be readable.</returns>
    /// <exception cref="StateCorruptException">A file that says what there is was damaged or cut off.</exception>
    internal static (long Promised, LogRecovery Recovery) Examine(StorePaths paths, Holder? before, TimeProvider clock)
    {
        (long promised, ManifestLength length) = FlushedMark.Read(paths.Flushed);
        var manifest = ManifestLength.Of(paths);
        manifest.Require(length, paths);
        manifest.CheckRecords(length, paths);

        // A process that died while the machine ran on took nothing with it; after a power loss the end of the log may be torn.
        bool sameBoot = before?.Boot is { } boot && boot == Holder.Current(clock).Boot;
        if (!sameBoot)
        {
            return (promised, LogRecovery.ToTheFirstGap);
        }

        CheckLogs(paths);
        return (promised, LogRecovery.ToTheEnd);
    }

    /// <summary>Throws if the store ends before a change that was safe on the disk.</summary>
    internal static void RequirePromised(OpenedStore store, long promised, StorePaths paths, string journals)
    {
        if (store.Counters.Sequence < promised)
        {
            throw RocksDbErrors.Corrupt(
                $"The state in {paths.Root} ends with change {store.Counters.Sequence}, but change {promised} was safe on the disk: {journals} are damaged, were cut off, or are older ones.");
        }
    }

    private static OpenedStore OpenExisting(StorePaths paths, RocksDbOptions options, FolderLock folderLock)
    {
        (long promised, LogRecovery recovery) = Examine(paths, folderLock.Before, options.TimeProvider);

        // Whoever made the store may have died just before that. Were the format lost one day, the whole store would count as one in the making.
        File.Delete(paths.Creating);

        // A power loss may have taken the file that names the holder. But whoever closes a store leaves no gap, and notes the last change of its log.
        bool wasClosed = folderLock.Before is null && !HasGap(paths);
        string journals = paths.Journals;
        if (recovery == LogRecovery.ToTheEnd)
        {
            // RocksDB reads these logs and leaves them, and flushes only the one that it begins now: nobody would flush what the process that died had not.
            FlushLogs(paths);
        }

        var settings = new DatabaseOptions(options.CacheBytes, recovery);
        List<string> names = Database.ListFamilies(paths.Database, settings);
        var session = Session.Open(paths, names, settings, folderLock, out List<Family> families);
        OpenedStore store = Describe(session, families, journals);
        try
        {
            RequirePromised(store, promised, paths, journals);
            if (recovery == LogRecovery.ToTheFirstGap && !(wasClosed && store.Counters.Sequence == promised))
            {
                // A log with a gap must not stay: after the crash of a process alone it would count as damage.
                LogLength.MoveToTables(store.Generation);
            }

            RemoveLeftovers(paths, store, families);
            session.Log!.NoteWritten(store.Counters.Sequence);
            session.NoteOpened();
            return store;
        }
        catch
        {
            store.Generation.Release();
            Close(session, families);
            throw;
        }
    }

    private static bool HasGap(StorePaths paths)
    {
        try
        {
            CheckLogs(paths);
            return false;
        }
        catch (StateCorruptException)
        {
            return true;
        }
    }

    private static void CheckLogs(StorePaths paths)
    {
        foreach (string log in Directory.EnumerateFiles(paths.Database, "*.log"))
        {
            JournalCheck.Run(log);
        }
    }

    private static void FlushLogs(StorePaths paths)
    {
        foreach (string log in Directory.EnumerateFiles(paths.Database, "*.log"))
        {
            using SafeFileHandle handle = FileFlush.OpenForFlush(log);
            FileFlush.Flush(handle);
        }
    }

    private static void Close(Session session, IReadOnlyList<Family> families)
    {
        foreach (Family family in families)
        {
            family.Dispose();
        }

        session.Release();
    }

    // Of a replacement that did not come to its end, or that did and could not clean up.
    private static void RemoveLeftovers(StorePaths paths, OpenedStore store, List<Family> families)
    {
        if (Directory.Exists(paths.Incoming))
        {
            Directory.Delete(paths.Incoming, recursive: true);
        }

        foreach (Family family in families)
        {
            if (family != store.Generation.Entries && family != store.Generation.Changes)
            {
                store.Session.Database.Drop(family);
                family.Dispose();
            }
        }
    }
}
