namespace LlmSpell.State;

/// <summary>A cursor over one entry, which it holds a copy of.</summary>
internal sealed class SingleEntry : IEntryCursor
{
    private readonly byte[] _bytes;
    private readonly int _scopeLength;
    private readonly int _keyLength;
    private bool _given;

    internal SingleEntry(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        _bytes = [.. scope, .. key, .. value];
        _scopeLength = scope.Length;
        _keyLength = key.Length;
        ModifiedAt = modifiedAt;
        Hash = EntryHash.Of(scope, key, value);
    }

    public ReadOnlySpan<byte> Scope => _bytes.AsSpan(0, _scopeLength);

    public ReadOnlySpan<byte> Key => _bytes.AsSpan(_scopeLength, _keyLength);

    public long ModifiedAt { get; }

    public EntryHash Hash { get; }

    public ReadOnlySpan<byte> Value => _bytes.AsSpan(_scopeLength + _keyLength);

    public bool MoveNext() => !_given && (_given = true);

    public void Dispose()
    {
    }
}
