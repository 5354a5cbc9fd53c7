using System.Buffers;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// Puts the fields of maps into an order that depends on their keys alone: integers, floats, booleans, strings, other strings, each ascending. Lua walks over a
/// table in an order that is another one in each process, and the same content would be other bytes, and so a change, each time it is saved. Not thread-safe.
/// </summary>
internal sealed class FieldOrder
{
    // Of the fields of all maps that are being written, outermost first.
    private readonly List<int> _starts = [];
    private readonly Comparison<Field> _byKey;
    private PooledBuffer _buffer = null!;

    internal FieldOrder() => _byKey = (left, right) => CompareKeys(_buffer.WrittenSpan[left.Start..], _buffer.WrittenSpan[right.Start..]);

    /// <summary>Forgets what a value left that could not be written.</summary>
    internal void Clear() => _starts.Clear();

    /// <summary>Begins a map.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    internal int Begin() => _starts.Count;

    /// <summary>Says that a field begins, with its key.</summary>
    /// <param name="start">Where in the buffer.</param>
    internal void Add(int start) => _starts.Add(start);

    /// <summary>Ends a map, whose last field ends where the buffer ends.</summary>
    /// <param name="map">What <see cref="Begin"/> gave.</param>
    /// <param name="buffer">Where the fields lie one after the other.</param>
    /// <returns>How many fields the map has.</returns>
    internal int End(int map, PooledBuffer buffer)
    {
        int count = _starts.Count - map;
        if (!Ascends(map, buffer.WrittenSpan))
        {
            Field[] fields = ArrayPool<Field>.Shared.Rent(count);
            for (int i = 0; i < count; i++)
            {
                int start = _starts[map + i];
                int end = i + 1 < count ? _starts[map + i + 1] : buffer.Length;
                fields[i] = new Field(start, end - start);
            }

            _buffer = buffer;
            fields.AsSpan(0, count).Sort(_byKey);
            Arrange(fields.AsSpan(0, count), _starts[map], buffer.WrittenSpan[_starts[map]..]);
            ArrayPool<Field>.Shared.Return(fields);
        }

        _starts.RemoveRange(map, count);
        return count;
    }

    private bool Ascends(int map, ReadOnlySpan<byte> written)
    {
        for (int i = map + 1; i < _starts.Count; i++)
        {
            if (CompareKeys(written[_starts[i - 1]..], written[_starts[i]..]) > 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="fields">In the order that they are to have.</param>
    /// <param name="origin">Where the bytes begin in the buffer.</param>
    /// <param name="written">The bytes of all of them.</param>
    private static void Arrange(ReadOnlySpan<Field> fields, int origin, Span<byte> written)
    {
        byte[] before = ArrayPool<byte>.Shared.Rent(written.Length);
        written.CopyTo(before);
        int position = 0;
        foreach (Field field in fields)
        {
            before.AsSpan(field.Start - origin, field.Length).CopyTo(written[position..]);
            position += field.Length;
        }

        ArrayPool<byte>.Shared.Return(before);
    }

    /// <summary>Compares the keys with which two fields begin; no two of a table are equal.</summary>
    private static int CompareKeys(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        MessagePackReader one = new(left);
        MessagePackReader other = new(right);
        MessagePackKind kind = one.PeekKind();
        MessagePackKind otherKind = other.PeekKind();
        return kind != otherKind ? Rank(kind).CompareTo(Rank(otherKind)) : kind switch
        {
            MessagePackKind.Integer => one.ReadInteger().CompareTo(other.ReadInteger()),
            MessagePackKind.Float => one.ReadDouble().CompareTo(other.ReadDouble()),
            MessagePackKind.Boolean => one.ReadBoolean().CompareTo(other.ReadBoolean()),
            MessagePackKind.String => one.ReadString().SequenceCompareTo(other.ReadString()),
            _ => one.ReadBinary().SequenceCompareTo(other.ReadBinary()),
        };
    }

    private static int Rank(MessagePackKind kind) => kind switch
    {
        MessagePackKind.Integer => 0,
        MessagePackKind.Float => 1,
        MessagePackKind.Boolean => 2,
        MessagePackKind.String => 3,
        _ => 4,
    };

    private readonly record struct Field(int Start, int Length);
}
