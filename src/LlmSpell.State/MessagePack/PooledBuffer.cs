using System.Buffers;
using System.Runtime.CompilerServices;

namespace LlmSpell.State.MessagePack;

/// <summary>
/// A growing buffer over rented arrays, for bytes that are written once and looked at before the next use. Owns its array
/// until disposed. Not thread-safe.
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array;
    private int _length;

    internal PooledBuffer(int capacity = 256)
    {
        _array = ArrayPool<byte>.Shared.Rent(capacity);
    }

    internal int Length => _length;

    internal ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    internal ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    /// <summary>Forgets what was written after <paramref name="length"/>.</summary>
    internal void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
    }

    internal void Clear() => _length = 0;

    /// <summary>What was written, to be changed in its place, such as a length that is known only afterwards.</summary>
    internal Span<byte> WrittenSpan => _array.AsSpan(0, _length);

    internal void WriteByte(byte value)
    {
        if (_length == _array.Length)
        {
            Grow(1);
        }

        _array[_length++] = value;
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_length);
    }

    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_array.Length - _length < needed)
        {
            Grow(needed);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int needed)
    {
        int capacity = (int)Math.Min(Math.Max((long)_array.Length * 2, (long)_length + needed), Array.MaxLength);
        if (capacity - _length < needed)
        {
            throw new InvalidOperationException($"A buffer of {_length} bytes cannot grow by {needed} more.");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(capacity);
        _array.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
