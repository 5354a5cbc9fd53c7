namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// The hashes of the entries that were written last, so that a save need not look up what it replaces. Keys are known by their XXH3-128, as entries are in
/// the fingerprint; <see cref="EntryHash.None"/> marks a free place. Not thread-safe: whoever holds the <see cref="Writer"/> uses it.
/// </summary>
internal sealed class RecentHashes
{
    // Of 32 bytes each: 2 MiB, from the first save on.
    private const int Sets = 1 << 15;
    private const int Ways = 2;

    private Slot[]? _slots;

    /// <summary>What was written last under a key; <see cref="EntryHash.None"/>: it was deleted.</summary>
    /// <returns>False if that is not known here.</returns>
    internal bool TryGet(StateKey key, out EntryHash hash)
    {
        hash = default;
        if (_slots is null)
        {
            return false;
        }

        EntryHash name = EntryHash.Of(key, value: default);
        foreach (ref readonly Slot slot in SetOf(_slots, name))
        {
            if (slot.Name == name)
            {
                hash = slot.Hash;
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes down what was committed.</summary>
    internal void Note(StateKey key, EntryHash hash)
    {
        EntryHash name = EntryHash.Of(key, value: default);
        Span<Slot> set = SetOf(_slots ??= new Slot[Sets * Ways], name);
        if (set[0].Name != name)
        {
            set[1] = set[0];
        }

        set[0] = new Slot(name, hash);
    }

    /// <summary>Forgets everything: what is stored may be something else now.</summary>
    internal void Clear() => _slots?.AsSpan().Clear();

    private static Span<Slot> SetOf(Slot[] slots, EntryHash name) => slots.AsSpan((int)((uint)name.Bits % Sets) * Ways, Ways);

    private readonly record struct Slot(EntryHash Name, EntryHash Hash);
}
