using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>A change as a test compares it; without a value it is a tombstone.</summary>
public sealed record Change(StateKey Key, long ModifiedAt, byte[]? Value, EntryHash Replaced)
{
    public bool Equals(Change? other) =>
        other is not null && Key == other.Key && ModifiedAt == other.ModifiedAt && Replaced == other.Replaced
        && Value is null == other.Value is null && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Key, ModifiedAt, Replaced);

    public override string ToString() => $"{Key} at {ModifiedAt}: {(Value is null ? "deleted" : $"{Value.Length} bytes")}, replaced {Replaced}";
}
