using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Errors;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>
/// Opens the store of another process for reading. The hard part: it goes on writing, so files that its manifest names may be gone before they are
/// opened, and a log may be gone before it is read. Whatever does not fit together is left, and the view is opened again.
/// </summary>
internal static class ViewOpener
{
    private const int Attempts = 20;

    /// <param name="paths">The store, which is there.</param>
    /// <param name="cacheBytes">The size of the block cache.</param>
    /// <param name="ownFolder">An empty folder for RocksDB's own log.</param>
    internal static OpenedStore Open(StorePaths paths, long cacheBytes, string ownFolder)
    {
        StateException? failure = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                // Read first: what was safe before must be in the view.
                long promised = FlushedMark.Read(paths.Flushed);
                OpenedStore store = OpenOnce(paths, cacheBytes, ownFolder);
                if (Problem(store, promised) is not { } problem)
                {
                    return store;
                }

                store.Generation.Release();
                store.Session.Release();
                failure = RocksDbErrors.Corrupt($"The state in {paths.Root} does not fit together: {problem}.");
            }
            catch (StateException e) when (e is StateCorruptException or StateStorageException)
            {
                failure = e;
            }
        }

        throw new StateStorageException(
            $"The state in {paths.Root} cannot be read beside the process that has it open: {failure!.Message}",
            "Try again when that process has ended; then the state is opened alone, and checked.",
            failure);
    }

    private static OpenedStore OpenOnce(StorePaths paths, long cacheBytes, string ownFolder)
    {
        var settings = new DatabaseOptions(cacheBytes, LogRecovery.ToTheFirstGap);
        List<string> names = Database.ListFamilies(paths.Database, settings);
        Database database = Database.OpenSecondary(paths.Database, ownFolder, names, settings, out Family[] families);
        int description = names.IndexOf(FamilyNames.Default);
        var session = new Session(database, families[description], log: null, folderLock: null);
        return StoreOpener.Describe(session, [.. families.Where((_, i) => i != description)]);
    }

    private static string? Problem(OpenedStore store, long promised)
    {
        if (store.Counters.Sequence < promised)
        {
            return $"it ends with change {store.Counters.Sequence}, but change {promised} was safe on the disk";
        }

        // Counters and changes come from different families, but from the same commits.
        long last = Rows.LastChange(store.Generation) ?? store.Counters.PrunedThrough;
        return last == store.Counters.Sequence ? null : $"its last change is {last}, but should be {store.Counters.Sequence}";
    }
}
