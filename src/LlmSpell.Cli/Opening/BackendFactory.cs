using LlmSpell.Cli.Configuration;
using LlmSpell.State;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Cli.Opening;

/// <summary>The only place that knows the backends by name.</summary>
internal static class BackendFactory
{
    public static bool HasStore(StateConfiguration configuration) =>
        KeepsState(configuration) && File.Exists(Path.Combine(configuration.Folder, "state.db"));

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
