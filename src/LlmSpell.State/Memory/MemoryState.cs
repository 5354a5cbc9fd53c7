using System.Buffers;
using System.Collections.Immutable;

namespace LlmSpell.State;

/// <summary>One version of a state in memory; immutable, so a snapshot is a reference to it.</summary>
internal sealed record MemoryState(
    StoreId Store,
    LineageId Lineage,
    ImmutableSortedSet<MemoryEntry> Entries,
    Fingerprint Fingerprint,
    MemoryChangeLog Changes,
    RestoredFrom? RestoredFrom)
{
    internal StoreStatus Status =>
        new(Store, Lineage, MemoryBackend.VersionOf(Changes.Last), Fingerprint, Entries.Count, RestoredFrom);

    internal static MemoryState Create() => new(
        StoreId.New(),
        LineageId.New(),
        ImmutableSortedSet.Create(MemoryEntry.ByKey),
        Fingerprint.Empty,
        MemoryChangeLog.Empty,
        null);

    internal bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        if (!Entries.TryGetValue(MemoryEntry.Probe(key), out MemoryEntry? entry))
        {
            modifiedAt = 0;
            return false;
        }

        value.Write(entry.Value);
        modifiedAt = entry.ModifiedAt;
        return true;
    }
}

