using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>
/// A copy of the next few entries of a range, so that nothing of the database is held while they are looked at. Bounded by a number of
/// entries and of bytes; one entry always fits. Not thread-safe.
/// </summary>
internal sealed class EntryPage(int maxEntries, int maxBytes) : IDisposable
{
    private readonly PooledBuffer _bytes = new(1024);
    private readonly List<Slot> _slots = [];

    internal int Count => _slots.Count;

    /// <summary>Whether the range ends with this page.</summary>
    internal bool IsLast { get; set; }

    internal bool IsFull => _slots.Count >= maxEntries || _bytes.Length >= maxBytes;

    internal ReadOnlySpan<byte> Key(int index)
    {
        Slot slot = _slots[index];
        return _bytes.Written.Slice(slot.Start, slot.KeyLength);
    }

    internal ReadOnlySpan<byte> Value(int index)
    {
        Slot slot = _slots[index];
        return _bytes.Written.Slice(slot.Start + slot.KeyLength, slot.ValueLength);
    }

    internal void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _slots.Add(new Slot(_bytes.Length, key.Length, value.Length));
        _bytes.Write(key);
        _bytes.Write(value);
    }

    public void Dispose() => _bytes.Dispose();

    private readonly record struct Slot(int Start, int KeyLength, int ValueLength);
}
