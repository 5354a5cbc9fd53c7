using LlmSpell.State;

namespace LlmSpell.Cli.Configuration;

/// <summary>The section <c>[runtime.state_persistence]</c>, typed.</summary>
/// <param name="Enabled">Without it the state lives in memory until the run ends.</param>
/// <param name="Backend">The database.</param>
/// <param name="Folder">The state's folder, absolute.</param>
/// <param name="MaxValueBytes">The largest single value.</param>
/// <param name="BusyTimeout">How long to wait for another writer.</param>
/// <param name="FlushInterval">After this time at the latest a write survives power loss.</param>
/// <param name="Durability">When a commit is flushed to the disk.</param>
/// <param name="CacheBytes">The cache of data blocks, for the backend that has one of its own.</param>
internal sealed record StateConfiguration(
    bool Enabled,
    BackendKind Backend,
    string Folder,
    int MaxValueBytes,
    TimeSpan BusyTimeout,
    TimeSpan FlushInterval,
    StateDurability Durability,
    long CacheBytes);
