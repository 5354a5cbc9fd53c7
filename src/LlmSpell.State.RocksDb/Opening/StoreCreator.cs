using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
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
        var session = Session.Open(
            paths, [FamilyNames.Default], new DatabaseOptions(options.CacheBytes, LogRecovery.ToTheEnd), folderLock, out _);
        Family? entries = null;
        Family? changes = null;
        try
        {
            entries = session.Database.CreateFamily(FamilyNames.Entries(FirstGeneration));
            changes = session.Database.CreateFamily(FamilyNames.Changes(FirstGeneration));
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
            entries?.Dispose();
            changes?.Dispose();
            session.Release();
            throw;
        }
    }
}
