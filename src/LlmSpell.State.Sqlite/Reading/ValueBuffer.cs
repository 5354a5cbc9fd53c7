namespace LlmSpell.State.Sqlite.Reading;

/// <summary>Values one after the other. Not thread-safe.</summary>
internal sealed class ValueBuffer
{
    private byte[] _bytes = new byte[16 << 10];
    private int _length;

    internal void Clear() => _length = 0;

    /// <summary>Copies a value behind the others, and gives its place.</summary>
    internal int Add(ReadOnlySpan<byte> value)
    {
        if (_bytes.Length - _length < value.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + value.Length));
        }

        value.CopyTo(_bytes.AsSpan(_length));
        int offset = _length;
        _length += value.Length;
        return offset;
    }

    internal ReadOnlySpan<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);
}
