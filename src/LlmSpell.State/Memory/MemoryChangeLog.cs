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

    internal ChangeLogReach ReachOf(long sequence) =>
        sequence < Pruned ? ChangeLogReach.Pruned : sequence > Last ? ChangeLogReach.Ahead : ChangeLogReach.Complete;

    /// <summary>The first hash replaced of each key that changed after <paramref name="sequence"/>.</summary>
    internal SortedDictionary<StateKey, EntryHash> FirstReplacedSince(long sequence)
    {
        SortedDictionary<StateKey, EntryHash> first = [];
        for (int i = (int)(sequence - Pruned); i < Items.Count; i++)
        {
            first.TryAdd(Items[i].Key, Items[i].Replaced);
        }

        return first;
    }
}

internal readonly record struct MemoryChange(StateKey Key, EntryHash Replaced);
