using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>An entry as a test compares it: two are equal if key, time and bytes are.</summary>
public sealed record Entry(StateKey Key, long ModifiedAt, byte[] Value)
{
    public EntryHash Hash => EntryHash.Of(Key, Value);

    public bool Equals(Entry? other) =>
        other is not null && Key == other.Key && ModifiedAt == other.ModifiedAt && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Key, ModifiedAt, Value.Length);

    public override string ToString() => $"{Key} at {ModifiedAt}: {Convert.ToHexString(Value.AsSpan(0, Math.Min(Value.Length, 8)))} ({Value.Length} bytes)";
}
