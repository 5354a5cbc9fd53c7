using System.Collections.Immutable;

namespace LlmSpell.State;

/// <summary>Which keys were written, oldest first, with the hash that each write replaced. Immutable.</summary>
/// <param name="Pruned">The last sequence number that is no longer in the log.</param>
/// <param name="Items">The changes <c>Pruned + 1</c> and on.</param>
internal sealed record MemoryChangeLog(long Pruned, ImmutableList<MemoryChange> Items)
{
    internal static MemoryChangeLog Empty { get; } = new(0, []);

    internal long Last => Pruned + Items.Count;

    internal MemoryChangeLog Prune(long entries)
    {
        long excess = Items.Count - ChangeLogRetention.ChangesToKeep(entries);
        return excess > 0 ? new MemoryChangeLog(Pruned + excess, Items.RemoveRange(0, (int)excess)) : this;
    }

    internal ChangeLogReach ReachOf(long sequence) => LogReach.Of(sequence, Pruned, Last);

    /// <summary>
    /// Each key that changed after <paramref name="sequence"/>, with the hash that its first change replaced and the time of its last.
    /// </summary>
    internal SortedDictionary<StateKey, MemoryChange> Since(long sequence)
    {
        SortedDictionary<StateKey, MemoryChange> changes = [];
        for (int i = (int)(sequence - Pruned); i < Items.Count; i++)
        {
            MemoryChange change = Items[i];
            changes[change.Key] = changes.TryGetValue(change.Key, out MemoryChange first)
                ? first with { ChangedAt = change.ChangedAt }
                : change;
        }

        return changes;
    }
}

internal readonly record struct MemoryChange(StateKey Key, long ChangedAt, EntryHash Replaced);
