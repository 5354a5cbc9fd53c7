using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Opening.Backends;
using LlmSpell.State;
using LlmSpell.State.Files;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Cli.Opening;

/// <summary>The only place that knows the backends by name.</summary>
internal static class BackendFactory
{
    private static readonly SqliteDriver Sqlite = new();
    private static readonly RocksDbDriver RocksDb = new();
    private static readonly IBackendDriver[] Drivers = [Sqlite, RocksDb];

    /// <summary>
    /// The name and version of the native libraries of backends that are needed: scratch states are SQLite's always. Asking for a version loads the
    /// library.
    /// </summary>
    public static IReadOnlyList<(string Name, Func<string> Version)> LibrariesFor(StateConfiguration? configuration) =>
        configuration?.Backend == BackendKind.RocksDb
            ? [("SQLite", () => SqliteDriver.LibraryVersion), ("RocksDB", RocksDbDriver.LoadLibrary)]
            : [("SQLite", () => SqliteDriver.LibraryVersion)];

    /// <summary>Whether there is a state. What was begun of one and never became one is none, so that a look does not make one of it.</summary>
    /// <exception cref="StateStorageException">Something that is no state stands in its place.</exception>
    public static bool HasStore(StateConfiguration configuration) =>
        KeepsState(configuration) && IsThere(configuration, DriverOf(configuration)) && !WouldMakeStore(configuration);

    /// <summary>Whether opening the store would make a new one: there is none, or what was begun of one and never became one.</summary>
    public static bool WouldMakeStore(StateConfiguration configuration) =>
        KeepsState(configuration) && DriverOf(configuration).WouldMake(configuration.Folder);

    /// <summary>The state of another backend in the same folder, as a file or a folder; null if there is none.</summary>
    public static string? OtherStore(StateConfiguration configuration) => KeepsState(configuration)
        ? Drivers
            .Where(driver => driver != DriverOf(configuration) && !driver.WouldMake(configuration.Folder))
            .Select(driver => driver.PathIn(configuration.Folder))
            .FirstOrDefault()
        : null;

    /// <summary>The newest folder into which a damaged state was put aside; null if there is none, or it cannot be looked for.</summary>
    public static string? PutAside(StateConfiguration configuration)
    {
        try
        {
            return KeepsState(configuration) ? Directory.EnumerateDirectories(configuration.Folder, "damaged-*").Max(StringComparer.Ordinal) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The states, of whichever backend, that lie in a folder, as files or folders.</summary>
    public static IReadOnlyList<string> StatesIn(string folder) =>
        [.. Drivers.Select(driver => driver.PathIn(folder)).Where(Path.Exists)];

    /// <summary>Whether anything is there between runs.</summary>
    public static bool KeepsState(StateConfiguration configuration) =>
        configuration.Enabled && configuration.Backend != BackendKind.Memory;

    /// <summary>Whether several processes can have the store open at once.</summary>
    public static bool IsShared(StateConfiguration configuration) => !KeepsState(configuration) || DriverOf(configuration).IsShared;

    /// <summary>Whether two configurations have one and the same state, by whatever links they name it.</summary>
    public static bool IsSame(StateConfiguration one, StateConfiguration other) =>
        KeepsState(one) && KeepsState(other) && one.Backend == other.Backend && FolderNesting.AreOne(one.Folder, other.Folder);

    /// <summary>Opens the store for reading and writing; makes it if there is none.</summary>
    public static StateStore OpenStore(StateConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken = default) => new(
        KeepsState(configuration) ? DriverOf(configuration).Open(configuration, clock, cancellationToken) : new MemoryBackend(), Options(configuration, clock));

    /// <summary>Opens a store that is there for reading, which never waits for a process that has it to itself.</summary>
    public static ReadableStore OpenStoreForReading(StateConfiguration configuration, TimeProvider clock)
    {
        ReadableBackend opened = KeepsState(configuration)
            ? DriverOf(configuration).OpenForReading(configuration, clock) : new ReadableBackend(new MemoryBackend());
        return new ReadableStore(new StateStore(opened.Backend, Options(configuration, clock)), opened.IsView, opened.Holder);
    }

    /// <summary>An empty state in a folder of its own.</summary>
    public static StateStore OpenScratch(string folder, TimeProvider clock) => new(
        SqliteBackend.Open(new SqliteOptions { Folder = folder, TimeProvider = clock }),
        new StateStoreOptions { FlushInterval = TimeSpan.Zero, TimeProvider = clock });

    /// <summary>The files in which the state lies, as they are now; they are only looked at from outside.</summary>
    public static IReadOnlyList<StoreFile> FilesOf(StateConfiguration configuration) =>
        KeepsState(configuration) ? DriverOf(configuration).FilesIn(configuration.Folder) : [];

    /// <summary>The files that are there and that whoever uses the state must be able to write.</summary>
    public static IReadOnlyList<string> WrittenFilesOf(StateConfiguration configuration) =>
        KeepsState(configuration) ? DriverOf(configuration).WrittenFilesIn(configuration.Folder) : [];

    /// <summary>Looks into a state that is open; one of more than <paramref name="maxBytes"/> is not read through.</summary>
    public static StoreInspection Inspect(StateConfiguration configuration, StateStore store, long maxBytes, TimeProvider clock) =>
        DriverOf(configuration).Inspect(configuration, store, maxBytes, clock);

    /// <summary>Moves a damaged state aside, whole; this process must have closed it.</summary>
    /// <returns>The folder in which it is now.</returns>
    /// <exception cref="StateBusyException">Another process has it open.</exception>
    /// <exception cref="StateStorageException">It could not be moved; all is where it was.</exception>
    public static string MoveDamagedAside(StateConfiguration configuration, TimeProvider clock) =>
        DriverOf(configuration).MoveDamagedAside(configuration.Folder, clock);

    /// <summary>The file or folder that is the state; only for a configuration that keeps one.</summary>
    public static string StorePath(StateConfiguration configuration) => DriverOf(configuration).PathIn(configuration.Folder);

    private static IBackendDriver DriverOf(StateConfiguration configuration) => configuration.Backend switch
    {
        BackendKind.Sqlite => Sqlite,
        BackendKind.RocksDb => RocksDb,
        var other => throw new InvalidOperationException($"{other} keeps no state."),
    };

    private static StateStoreOptions Options(StateConfiguration configuration, TimeProvider clock) => new()
    {
        MaxValueBytes = configuration.MaxValueBytes,
        FlushInterval = configuration.FlushInterval,
        TimeProvider = clock,
    };

    private static bool IsThere(StateConfiguration configuration, IBackendDriver driver)
    {
        string mark = driver.MarkIn(configuration.Folder);
        if (File.Exists(mark))
        {
            return true;
        }

        FolderPath.Check(Path.GetDirectoryName(mark)!, StateSettings.Path.FullName);
        if (HiddenFile.Is(mark))
        {
            throw new StateStorageException($"cannot look at {mark}: permission denied", "Give this user the rights to the folder of the state.");
        }

        return Directory.Exists(mark)
            ? throw new StateStorageException(
                $"{mark} is a folder, not a state", $"Move it away, or set {StateSettings.Path.FullName} to another folder.")
            : false;
    }
}
