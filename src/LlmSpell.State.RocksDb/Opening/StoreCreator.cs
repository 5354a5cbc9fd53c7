using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;
using LlmSpell.State.RocksDb.Writing;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>Makes a new store in a folder that holds none. Until it is complete it is marked as one in the making, and begun again by whoever comes next.</summary>
internal static class StoreCreator
{
    private const long FirstGeneration = 1;

    internal static OpenedStore Create(StorePaths paths, RocksDbOptions options, FolderLock folderLock)
    {
        StoreFile.Write(paths.Creating, [], flush: true);
        if (Directory.Exists(paths.Database))
        {
            Directory.Delete(paths.Database, recursive: true);
        }

        File.Delete(paths.Flushed);
        Database database = Database.Open(
            paths.Database, [FamilyNames.Default], new DatabaseOptions(options.CacheBytes, LogRecovery.ToTheEnd), out Family[] families);
        var session = new Session(database, families[0], new LogFlush(database, FlushedMark.Open(paths.Flushed), paths), folderLock);
        try
        {
            Family entries = database.CreateFamily(FamilyNames.Entries(FirstGeneration));
            Family changes = database.CreateFamily(FamilyNames.Changes(FirstGeneration));
            var identity = new Identity(
                FirstGeneration, StoreId.New(), LineageId.New(), UnixTime.Microseconds(options.TimeProvider), RestoredFrom: null);
            DescriptionWriter.Write(session, identity, default);
            session.Log!.Flush();
            FormatFile.Write(paths);
            File.Delete(paths.Creating);
            session.NoteOpened();
            return new OpenedStore(session, new Generation(session, FirstGeneration, entries, changes), identity, default);
        }
        catch
        {
            session.Release();
            throw;
        }
    }
}
