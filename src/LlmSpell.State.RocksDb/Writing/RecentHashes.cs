using System.IO.Hashing;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// The hashes of entries that were written lately, so that a save need not look up what it replaces. Not thread-safe: whoever holds the <see cref="Writer"/> uses it.
/// </summary>
/// <remarks>
/// A key is known by its XXH3-128 alone, as an entry is in the fingerprint; with a seed that nobody knows, so that no two keys can be made up that have the same.
/// A key has two places, which it shares with others; the older of the two entries there makes room.
/// </remarks>
internal sealed class RecentHashes
{
    // Of 32 bytes each: 2 MiB, from the first save on.
    private const int Sets = 1 << 15;
    private const int Ways = 2;

    private readonly long _seed = Random.Shared.NextInt64();
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

        UInt128 name = NameOf(key);
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

    /// <summary>Takes the memory that is needed, so that <see cref="Note"/> cannot fail.</summary>
    internal void Prepare() => _slots ??= new Slot[Sets * Ways];

    /// <summary>Notes what was committed; after <see cref="Prepare"/>.</summary>
    internal void Note(StateKey key, EntryHash hash)
    {
        UInt128 name = NameOf(key);
        Span<Slot> set = SetOf(_slots!, name);
        if (set[0].Name != name)
        {
            set[1] = set[0];
        }

        set[0] = new Slot(name, hash);
    }

    /// <summary>Forgets everything: what is stored may be something else now.</summary>
    internal void Clear() => _slots?.AsSpan().Clear();

    // Never zero, which stands in a free place.
    private UInt128 NameOf(StateKey key) => XxHash128.HashToUInt128(key.Joined, _seed) | UInt128.One;

    private static Span<Slot> SetOf(Slot[] slots, UInt128 name) => slots.AsSpan((int)((uint)(name >> 64) % Sets) * Ways, Ways);

    private readonly record struct Slot(UInt128 Name, EntryHash Hash);
}
