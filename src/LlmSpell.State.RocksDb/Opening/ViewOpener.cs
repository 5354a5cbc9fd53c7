using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Errors;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>
/// Opens a store for reading only. The hard part is the store of another process: RocksDB reads the manifest first and the log after it, while the other
/// goes on writing. What it moved from the log into tables in between, or took in as tables, would be missing. Each such step makes the manifest longer:
/// so a view counts only if the manifest was the same before and after.
/// </summary>
/// <remarks>
/// Not a secondary instance, which could catch up instead: it crashes on a manifest in which a family with tables was dropped, as replacements do
/// (seen with RocksDB 11.12).
/// </remarks>
internal static class ViewOpener
{
    private const int Attempts = 100;

    /// <summary>Opens a store that no process has open, and that none can open meanwhile; afterwards one can.</summary>
    /// <param name="paths">The store, which is there.</param>
    /// <param name="options">The size of the block cache, and the clock.</param>
    /// <param name="before">The process that had the store last and did not close it; null if it did.</param>
    internal static OpenedStore OpenAlone(StorePaths paths, RocksDbOptions options, Holder? before)
    {
        (long promised, LogRecovery recovery) = StoreOpener.Examine(paths, before, options.TimeProvider);
        OpenedStore store = OpenOnce(paths, options.CacheBytes, recovery);
        try
        {
            StoreOpener.RequirePromised(store, promised, paths, paths.Journals);
            return store;
        }
        catch
        {
            Release(store);
            throw;
        }
    }

    /// <summary>Opens a store that another process has open.</summary>
    /// <param name="paths">The store, which is there.</param>
    /// <param name="cacheBytes">The size of the block cache.</param>
    internal static OpenedStore OpenBeside(StorePaths paths, long cacheBytes)
    {
        StateException? failure = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                // Read first: what was safe before must be in the view.
                (long promised, ManifestLength length) = FlushedMark.Read(paths.Flushed);
                var before = ManifestLength.Of(paths);
                before.CheckRecords(length, paths);
                OpenedStore store = OpenOnce(paths, cacheBytes, LogRecovery.ToTheFirstGap);
                if (Problem(store, promised, before == ManifestLength.Of(paths)) is not { } problem)
                {
                    return store;
                }

                Release(store);
                failure = RocksDbErrors.Corrupt($"The state in {paths.Root} does not fit together: {problem}.");
            }
            catch (StateException e) when (e is StateCorruptException or StateStorageException or StateUnsupportedException)
            {
                // A file or a family that went away in between looks like damage.
                failure = e;
            }
            catch (FileNotFoundException e)
            {
                failure = RocksDbErrors.Corrupt($"{e.FileName} is not there any more.");
            }
        }

        throw new StateStorageException(
            $"The state in {paths.Root} cannot be read beside the process that has it open: {failure!.Message}",
            "Try again when that process has less to do, or has ended; then the state is opened alone, and checked.",
            failure);
    }

    private static OpenedStore OpenOnce(StorePaths paths, long cacheBytes, LogRecovery recovery)
    {
        var settings = new DatabaseOptions(cacheBytes, recovery);
        List<string> names = Database.ListFamilies(paths.Database, settings);
        Database database = Database.OpenReadOnly(paths.Database, names, settings, out Family[] families);
        int description = names.IndexOf(FamilyNames.Default);
        var session = new Session(database, families[description], log: null, folderLock: null);
        OpenedStore store = StoreOpener.Describe(session, [.. families.Where((_, i) => i != description)], paths.Journals);
        foreach (Family family in families)
        {
            if (family != session.Description && family != store.Generation.Entries && family != store.Generation.Changes)
            {
                // What a replacement left that did not come to its end: it would keep the database open.
                family.Dispose();
            }
        }

        return store;
    }

    private static void Release(OpenedStore store)
    {
        store.Generation.Release();
        store.Session.Release();
    }

    private static string? Problem(OpenedStore store, long promised, bool isSameManifest)
    {
        if (!isSameManifest)
        {
            return "tables were written while it was read";
        }

        if (store.Counters.Sequence < promised)
        {
            return $"it ends with change {store.Counters.Sequence}, but change {promised} was safe on the disk";
        }

        // Counters and changes come from different families, but from the same commits.
        long last = Rows.LastChange(store.Generation) ?? store.Counters.PrunedThrough;
        return last == store.Counters.Sequence ? null : $"its last change is {last}, but should be {store.Counters.Sequence}";
    }
}
