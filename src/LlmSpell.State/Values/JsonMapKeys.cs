using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// Finds a key that stands twice in a map, for maps that are being written into a buffer and may stand in each other. Small maps
/// are compared pair by pair, large ones hashed with a seed that nobody knows. Not thread-safe.
/// </summary>
internal sealed class JsonMapKeys(PooledBuffer buffer) : IEqualityComparer<(int Offset, int Length)>
{
    private const int Small = 8;

    private readonly List<(int Offset, int Length)> _keys = [];

    /// <summary>Begins a map inside the present one.</summary>
    /// <returns>What to hand to <see cref="Add"/> and <see cref="End"/>.</returns>
    internal int Begin() => _keys.Count;

    /// <summary>Takes the key that was just written; false if the map has it already.</summary>
    /// <param name="map">What <see cref="Begin"/> returned.</param>
    /// <param name="offset">Where the key starts in the buffer; what is written later must not move it.</param>
    /// <param name="hashed">The map's large set, made when it is needed.</param>
    internal bool Add(int map, int offset, ref HashSet<(int Offset, int Length)>? hashed)
    {
        (int Offset, int Length) key = (offset, buffer.Length - offset);
        if (hashed is not null)
        {
            return hashed.Add(key);
        }

        for (int i = map; i < _keys.Count; i++)
        {
            if (Equals(_keys[i], key))
            {
                return false;
            }
        }

        _keys.Add(key);
        if (_keys.Count - map > Small)
        {
            hashed = new HashSet<(int Offset, int Length)>(_keys[map..], this);
        }

        return true;
    }

    internal void End(int map) => _keys.RemoveRange(map, _keys.Count - map);

    public bool Equals((int Offset, int Length) left, (int Offset, int Length) right) =>
        left.Length == right.Length && Bytes(left).SequenceEqual(Bytes(right));

    public int GetHashCode((int Offset, int Length) key)
    {
        HashCode hash = default;
        hash.AddBytes(Bytes(key));
        return hash.ToHashCode();
    }

    private ReadOnlySpan<byte> Bytes((int Offset, int Length) key) => buffer.Written.Slice(key.Offset, key.Length);
}
