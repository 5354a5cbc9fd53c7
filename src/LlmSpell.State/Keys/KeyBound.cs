namespace LlmSpell.State;

/// <summary>A place in the order of keys, where a range starts or ends; no entry need be there. Immutable; equal if the bytes are.</summary>
/// <param name="Scope">Bytes to compare with scopes; never empty and without NUL.</param>
/// <param name="Key">Bytes to compare with keys; may be empty; without NUL.</param>
public sealed record KeyBound(ReadOnlyMemory<byte> Scope, ReadOnlyMemory<byte> Key)
{
    /// <summary>Orders this place against a key: negative if the place is before the key, zero if it is the key itself.</summary>
    public int CompareTo(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key) => StateKey.Compare(Scope.Span, Key.Span, scope, key);

    /// <inheritdoc/>
    public bool Equals(KeyBound? other) => other is not null && CompareTo(other.Scope.Span, other.Key.Span) == 0;

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Scope.Span);
        hash.AddBytes(Key.Span);
        return hash.ToHashCode();
    }
}
