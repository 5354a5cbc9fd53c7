using System.Text;

namespace LlmSpell.State;

/// <summary>
/// The name of one entry: a scope and a key unique within it. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A scope is 1–255 bytes, a key 1–1,024 bytes, of UTF-8 without NUL. Keys are ordered by the UTF-8 bytes of the scope,
/// then of the key; this is not the order of <see cref="string"/>, which compares UTF-16 units. <c>default</c> names no entry:
/// whatever needs its scope or key throws <see cref="InvalidOperationException"/>.
/// </remarks>
public readonly struct StateKey : IEquatable<StateKey>, IComparable<StateKey>
{
    /// <summary>The longest scope, in bytes of UTF-8.</summary>
    public const int MaxScopeBytes = 255;

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 1024;

    // "scope NUL key". NUL sorts before every byte a scope may hold, so comparing these bytes orders by scope, then key.
    private readonly byte[]? _bytes;
    private readonly int _scopeLength;

    private StateKey(byte[] bytes, int scopeLength)
    {
        _bytes = bytes;
        _scopeLength = scopeLength;
    }

    /// <summary>Names the entry <paramref name="key"/> of <paramref name="scope"/>.</summary>
    /// <exception cref="ArgumentException">A part is empty, too long, contains NUL, or is not valid Unicode.</exception>
    public StateKey(string scope, string key)
        : this(KeyRules.Encode(scope, "scope", MaxScopeBytes), KeyRules.Encode(key, "key", MaxKeyBytes))
    {
    }

    /// <summary>Names an entry by the UTF-8 bytes of its scope and key; they are copied.</summary>
    /// <exception cref="ArgumentException">A part is empty, too long, contains NUL, or is not valid UTF-8.</exception>
    public StateKey(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        KeyRules.Validate(scope, "scope", MaxScopeBytes);
        KeyRules.Validate(key, "key", MaxKeyBytes);
        _bytes = new byte[scope.Length + 1 + key.Length];
        scope.CopyTo(_bytes);
        key.CopyTo(_bytes.AsSpan(scope.Length + 1));
        _scopeLength = scope.Length;
    }

    /// <summary>The UTF-8 bytes of the scope.</summary>
    public ReadOnlySpan<byte> Scope => Bytes.AsSpan(0, _scopeLength);

    /// <summary>The UTF-8 bytes of the key.</summary>
    public ReadOnlySpan<byte> Key => Bytes.AsSpan(_scopeLength + 1);

    /// <summary>The scope as text.</summary>
    public string ScopeText => Encoding.UTF8.GetString(Scope);

    /// <summary>The key as text.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key);

    /// <summary>"scope NUL key", as a backend may store it: in the order of keys.</summary>
    internal ReadOnlySpan<byte> Joined => Bytes;

    /// <summary>For a call that must refuse such a key before it begins with anything.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default</c>.</exception>
    internal void ThrowIfDefault() => _ = Bytes;

    private byte[] Bytes => _bytes ?? throw new InvalidOperationException("This StateKey was never given a scope and a key.");

    /// <summary>Lets a tuple of scope and key stand for the key: <c>store.Load(("global", "greeting"))</c>.</summary>
    public static implicit operator StateKey((string Scope, string Key) name) => new(name.Scope, name.Key);

    /// <summary>The same as the conversion from a tuple, for languages without it.</summary>
    public static StateKey FromValueTuple((string Scope, string Key) name) => name;

    /// <summary>Takes a key apart that is already known to be valid, such as one that a backend returns.</summary>
    internal static StateKey FromValidated(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        byte[] bytes = new byte[scope.Length + 1 + key.Length];
        scope.CopyTo(bytes);
        key.CopyTo(bytes.AsSpan(scope.Length + 1));
        return new StateKey(bytes, scope.Length);
    }

    /// <summary>Orders two keys given as bytes: by scope, then by key.</summary>
    public static int Compare(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> otherScope, ReadOnlySpan<byte> otherKey)
    {
        int byScope = scope.SequenceCompareTo(otherScope);
        return byScope != 0 ? byScope : key.SequenceCompareTo(otherKey);
    }

    /// <inheritdoc/>
    public int CompareTo(StateKey other) => Bytes.AsSpan().SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(StateKey other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The scope and the key, for messages: <c>agent:planner/step</c>.</summary>
    public override string ToString() => _bytes is null ? "" : $"{ScopeText}/{KeyText}";

    /// <summary>Whether both name the same entry.</summary>
    public static bool operator ==(StateKey left, StateKey right) => left.Equals(right);

    /// <summary>Whether they name different entries.</summary>
    public static bool operator !=(StateKey left, StateKey right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> sorts first.</summary>
    public static bool operator <(StateKey left, StateKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts first, or is the same.</summary>
    public static bool operator <=(StateKey left, StateKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> sorts last.</summary>
    public static bool operator >(StateKey left, StateKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> sorts last, or is the same.</summary>
    public static bool operator >=(StateKey left, StateKey right) => left.CompareTo(right) >= 0;
}
