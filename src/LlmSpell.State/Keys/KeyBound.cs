namespace LlmSpell.State;

/// <summary>A place in the order of keys, where a range starts or ends; no entry need be there. Immutable.</summary>
/// <param name="Scope">Bytes to compare with scopes; never empty and without NUL.</param>
/// <param name="Key">Bytes to compare with keys; may be empty; without NUL.</param>
public sealed record KeyBound(ReadOnlyMemory<byte> Scope, ReadOnlyMemory<byte> Key)
{
    /// <summary>Orders this place against a key: negative if the place is before the key, zero if it is the key itself.</summary>
    public int CompareTo(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key) => StateKey.Compare(Scope.Span, Key.Span, scope, key);
}
