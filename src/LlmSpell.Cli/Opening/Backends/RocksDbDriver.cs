using LlmSpell.Cli.Configuration;
using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Opening;

namespace LlmSpell.Cli.Opening.Backends;

/// <summary>RocksDB: a folder, which one process has to itself. Others can read it as it is at one moment.</summary>
internal sealed class RocksDbDriver : IBackendDriver
{
    private const int MaxDamage = 5;

    // Folders come and go while they are walked.
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    public string Name => "rocksdb";

    public bool IsShared => false;

    /// <summary>Loads the library, which does not tell its version.</summary>
    public static unsafe string LoadLibrary()
    {
        RocksDbNative.rocksdb_free(null);
        return "(loaded)";
    }

    public string PathIn(string folder) => new StorePaths(folder).Root;

    // A store that has lost the file that says what it is is a damaged state, and not none.
    public string MarkIn(string folder) => new StorePaths(folder) is var paths && paths.HasLostFormat ? paths.Flushed : paths.Format;

    public bool WouldMake(string folder) => !File.Exists(MarkIn(folder));

    public IStateBackend Open(StateConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken) =>
        RocksDbBackend.Open(Options(configuration, clock), cancellationToken);

    public ReadableBackend OpenForReading(StateConfiguration configuration, TimeProvider clock)
    {
        StateBusyException? holder = null;
        try
        {
            return new ReadableBackend(RocksDbView.Open(Options(configuration, clock), out holder), IsView: true, holder);
        }
        catch (StateException failure) when (holder is not null && failure is StateStorageException or StateNotFoundException)
        {
            throw new StateBusyException($"{holder.Message} A view of it cannot be had meanwhile: {failure.Message}", failure.Hint ?? holder.Hint, failure);
        }
    }

    public IReadOnlyList<StoreFile> FilesIn(string folder) => StoreFile.Find(PathIn(folder), AllFilesIn(folder));

    // The database makes new files as it goes; this one is there as long as the state.
    public IReadOnlyList<string> WrittenFilesIn(string folder) => [.. new[] { new StorePaths(folder).Lock }.Where(File.Exists)];

    public StoreInspection Inspect(StateConfiguration configuration, StateStore store, long maxBytes, TimeProvider clock)
    {
        long bytes = FilesIn(configuration.Folder).Sum(static file => file.Bytes);
        using IStateSnapshot snapshot = store.OpenSnapshot();
        return bytes > maxBytes
            ? new StoreInspection(FormatFile.Format, bytes, null, null)
            : new StoreInspection(FormatFile.Format, bytes, snapshot.CheckStorage(MaxDamage), NewestIn(snapshot));
    }

    public string MoveDamagedAside(string folder, TimeProvider clock) => DamagedStore.MoveAside(folder, clock);

    private static RocksDbOptions Options(StateConfiguration configuration, TimeProvider clock) => new()
    {
        Folder = configuration.Folder,
        BusyTimeout = configuration.BusyTimeout,
        Durability = configuration.Durability,
        CacheBytes = configuration.CacheBytes,
        TimeProvider = clock,
    };

    private IEnumerable<string> AllFilesIn(string folder)
    {
        string path = PathIn(folder);
        return Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", Everywhere).Order(StringComparer.Ordinal) : [];
    }

    private static DateTimeOffset? NewestIn(IStateSnapshot snapshot)
    {
        long newest = 0;
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            newest = Math.Max(newest, cursor.ModifiedAt);
        }

        return newest == 0 ? null : UnixTime.ToMoment(newest);
    }
}
