namespace LlmSpell.State;

/// <summary>An entry in memory. Its value is never written to after it was stored.</summary>
internal sealed record MemoryEntry(StateKey Key, long ModifiedAt, byte[] Value, EntryHash Hash)
{
    internal static IComparer<MemoryEntry> ByKey { get; } =
        Comparer<MemoryEntry>.Create(static (left, right) => left.Key.CompareTo(right.Key));

    /// <summary>Stands for a key when a sorted set is searched.</summary>
    /// <exception cref="InvalidOperationException">The key is <c>default</c>, which a set without entries would not notice.</exception>
    internal static MemoryEntry Probe(StateKey key)
    {
        key.ThrowIfDefault();
        return new MemoryEntry(key, 0, [], EntryHash.None);
    }
}
