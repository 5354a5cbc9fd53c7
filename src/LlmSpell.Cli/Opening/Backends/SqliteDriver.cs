using LlmSpell.Cli.Configuration;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.Cli.Opening.Backends;

/// <summary>SQLite: one file with its log, which several processes use at once.</summary>
internal sealed class SqliteDriver : IBackendDriver
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    public string Name => "sqlite";

    public bool IsShared => true;

    /// <summary>The version of the SQLite that is loaded.</summary>
    public static string LibraryVersion => State.Sqlite.Opening.StoreInspection.LibraryVersion;

    public string PathIn(string folder) => Path.Combine(folder, StoreSchema.FileName);

    public string MarkIn(string folder) => LostLogIn(folder) ?? PathIn(folder);

    // An empty file that was to become a state is none; but beside a log it was one.
    public bool WouldMake(string folder) => new FileInfo(PathIn(folder)) is not { Exists: true, Length: > 0 } && LostLogIn(folder) is null;

    // Opening waits for nobody for long: processes share it.
    public IStateBackend Open(StateConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken) => SqliteBackend.Open(new SqliteOptions
    {
        Folder = configuration.Folder,
        BusyTimeout = configuration.BusyTimeout,
        Durability = configuration.Durability,
        TimeProvider = clock,
    });

    public ReadableBackend OpenForReading(StateConfiguration configuration, TimeProvider clock) => new(Open(configuration, clock, CancellationToken.None));

    public IReadOnlyList<StoreFile> FilesIn(string folder) => StoreFile.Find(folder, WrittenFilesIn(folder));

    // Where the database is a link, its log is beside what that leads to.
    public IReadOnlyList<string> WrittenFilesIn(string folder)
    {
        string file = State.Sqlite.Files.StoreFile.In(folder);
        return [.. Suffixes.Select(suffix => file + suffix).Where(File.Exists)];
    }

    public StoreInspection Inspect(StateConfiguration configuration, StateStore store, long maxBytes, TimeProvider clock)
    {
        var found = State.Sqlite.Opening.StoreInspection.Read(configuration.Folder, configuration.BusyTimeout, maxBytes, clock);
        return new StoreInspection(found.Format, found.Bytes, found.Damage, found.NewestEntry);
    }

    public string MoveDamagedAside(string folder, TimeProvider clock) => DamagedStore.MoveAside(folder, clock);

    private static string? LostLogIn(string folder) => LostDatabase.LogOf(State.Sqlite.Files.StoreFile.In(folder));
}
