using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.State.Sqlite.Opening;

namespace LlmSpell.Cli.Opening;

/// <summary>The only place that knows the backends by name.</summary>
internal static class BackendFactory
{
    private static readonly string[] SqliteFiles = ["", "-wal", "-shm"];

    /// <exception cref="StateStorageException">Something that is no state stands in its place.</exception>
    public static bool HasStore(StateConfiguration configuration)
    {
        if (!KeepsState(configuration))
        {
            return false;
        }

        string file = StateFile(configuration);
        if (File.Exists(file))
        {
            return true;
        }

        FolderPath.Check(configuration.Folder, StateSettings.Path.FullName);
        CheckRights(file);
        return Directory.Exists(file)
            ? throw new StateStorageException(
                $"{file} is a folder, not a state", $"Move it away, or set {StateSettings.Path.FullName} to another folder.")
            : false;
    }

    // A state that cannot be seen looks like one that is not there.
    private static void CheckRights(string file)
    {
        try
        {
            _ = File.GetAttributes(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StateStorageException(
                $"cannot look at {file}: permission denied", "Give this user the rights to the folder of the state.", error);
        }
    }

    /// <summary>Whether opening the store would make a new one: there is none, or an empty file that became none.</summary>
    public static bool WouldMakeStore(StateConfiguration configuration) =>
        KeepsState(configuration) && new FileInfo(StateFile(configuration)) is not { Exists: true, Length: > 0 };

    /// <summary>Whether anything is there between runs.</summary>
    public static bool KeepsState(StateConfiguration configuration) =>
        configuration.Enabled && configuration.Backend != BackendKind.Memory;

    public static StateStore OpenStore(StateConfiguration configuration, TimeProvider clock)
    {
        var options = new StateStoreOptions
        {
            MaxValueBytes = configuration.MaxValueBytes,
            FlushInterval = configuration.FlushInterval,
            TimeProvider = clock,
        };
        return new StateStore(OpenBackend(configuration, clock), options);
    }

    /// <summary>An empty state in a folder of its own.</summary>
    public static StateStore OpenScratch(string folder, TimeProvider clock) => new(
        SqliteBackend.Open(new SqliteOptions { Folder = folder, TimeProvider = clock }),
        new StateStoreOptions { FlushInterval = TimeSpan.Zero, TimeProvider = clock });

    /// <summary>The files in which a state lies, as they are now; they are only looked at from outside.</summary>
    public static IReadOnlyList<FileInfo> FilesOf(StateStore store) => store.BackendKind == "sqlite"
        ? [.. SqliteFiles.Select(suffix => new FileInfo(store.Location + suffix)).Where(file => file.Exists)]
        : [];

    /// <summary>Looks into the file of a state that is there; a file of more than <paramref name="mostBytes"/> is not read through.</summary>
    public static StoreInspection Inspect(StateConfiguration configuration, long mostBytes, TimeProvider clock) =>
        StoreInspection.Read(configuration.Folder, configuration.BusyTimeout, mostBytes, clock);

    public static string StateFile(StateConfiguration configuration) => Path.Combine(configuration.Folder, "state.db");

    private static IStateBackend OpenBackend(StateConfiguration configuration, TimeProvider clock) =>
        KeepsState(configuration)
            ? SqliteBackend.Open(new SqliteOptions
            {
                Folder = configuration.Folder,
                BusyTimeout = configuration.BusyTimeout,
                Durability = configuration.FlushesEachCommit ? SqliteDurability.Strict : SqliteDurability.Normal,
                TimeProvider = clock,
            })
            : new MemoryBackend();
}
