namespace LlmSpell.State;

/// <summary>
/// A range of keys in their order: from <see cref="From"/> inclusive to <see cref="To"/> exclusive. Immutable.
/// </summary>
/// <param name="From">Where the range starts, inclusive; null: at the first key.</param>
/// <param name="To">Where the range ends, exclusive; null: after the last key.</param>
public sealed record KeyRange(KeyBound? From, KeyBound? To)
{
    /// <summary>Every key of the store.</summary>
    public static KeyRange All { get; } = new(null, null);

    /// <summary>The keys of one scope.</summary>
    /// <exception cref="ArgumentException">The scope is not a valid one.</exception>
    public static KeyRange InScope(string scope) => WithPrefix(KeyRules.EncodeScope(scope), []);

    /// <summary>The keys of one scope that start with a prefix; an empty prefix means all of them.</summary>
    /// <param name="scope">The scope, as UTF-8.</param>
    /// <param name="prefix">The prefix, as UTF-8; any bytes are allowed, they are compared as bytes.</param>
    /// <exception cref="ArgumentException">The scope is not a valid one.</exception>
    public static KeyRange WithPrefix(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> prefix)
    {
        KeyRules.Validate(scope, "scope", StateKey.MaxScopeBytes);
        KeyBound from = new(scope.ToArray(), prefix.ToArray());
        return new KeyRange(from, AfterPrefix(scope, prefix));
    }

    /// <summary>The keys of all scopes that start with a prefix, which is not empty.</summary>
    internal static KeyRange WithScopePrefix(ReadOnlySpan<byte> prefix)
    {
        // UTF-8 has no byte 0xFF, so the last one can always be raised.
        byte[] end = prefix.ToArray();
        end[^1]++;
        return new KeyRange(
            new KeyBound(prefix.ToArray(), ReadOnlyMemory<byte>.Empty), new KeyBound(end, ReadOnlyMemory<byte>.Empty));
    }

    /// <summary>Whether a key lies in the range.</summary>
    internal bool Contains(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key) =>
        (From is null || From.CompareTo(scope, key) <= 0) && (To is null || To.CompareTo(scope, key) > 0);

    /// <summary>The keys after one key, to the end of <paramref name="range"/>: for reading on in pages.</summary>
    internal static KeyRange After(StateKey last, KeyRange range)
    {
        // A key holds no NUL, so no key lies between "k" and "k" with the smallest other byte appended.
        byte[] next = [.. last.Key, 1];
        return range with { From = new KeyBound(last.Scope.ToArray(), next) };
    }

    /// <summary>Every key in scopes after <paramref name="scope"/>.</summary>
    internal static KeyRange AfterScope(ReadOnlySpan<byte> scope) => new(EndOfScope(scope), null);

    private static KeyBound EndOfScope(ReadOnlySpan<byte> scope) => new((byte[])[.. scope, 1], ReadOnlyMemory<byte>.Empty);

    private static KeyBound AfterPrefix(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0)
        {
            return EndOfScope(scope);
        }

        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return new KeyBound(scope.ToArray(), end);
    }
}
