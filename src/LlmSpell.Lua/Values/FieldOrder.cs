using System.Buffers;
using System.Runtime.CompilerServices;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// Puts the fields of maps into an order that depends on their keys alone: integers, floats, booleans, strings, other strings, each ascending. Lua walks over a
/// table in an order that is another one in each process, and the same content would be other bytes, and so a change, each time it is saved. Not thread-safe.
/// </summary>
internal sealed class FieldOrder
{
    private const int FewFields = 16;
    private const int FewBytes = 512;

    // After a table with more fields the memory is given back.
    private const int MaxKept = 1 << 16;

    // Where the fields begin of all maps that are being written, outermost first.
    private readonly List<int> _starts = [];
    private readonly Comparison<Field> _byKey;
    private PooledBuffer _buffer = null!;

    internal FieldOrder() => _byKey = (left, right) => CompareKeys(_buffer.WrittenSpan[left.Start..], _buffer.WrittenSpan[right.Start..]);

    /// <summary>Forgets what a value left that could not be written.</summary>
    internal void Clear()
    {
        _starts.Clear();
        if (_starts.Capacity > MaxKept)
        {
            _starts.TrimExcess();
        }
    }

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
            _buffer = buffer;
            if (count <= FewFields && buffer.Length - _starts[map] <= FewBytes)
            {
                ArrangeFew(map);
            }
            else
            {
                ArrangeMany(map);
            }
        }

        _starts.RemoveRange(map, count);
        return count;
    }

    // Most maps, and so without a call that is not needed.
    [SkipLocalsInit]
    private void ArrangeFew(int map)
    {
        Span<Field> fields = stackalloc Field[FewFields];
        Span<byte> before = stackalloc byte[FewBytes];
        fields = Fields(map, fields);
        ReadOnlySpan<byte> written = _buffer.WrittenSpan;
        for (int i = 1; i < fields.Length; i++)
        {
            Field field = fields[i];
            int place = i;
            for (; place > 0 && CompareKeys(written[field.Start..], written[fields[place - 1].Start..]) < 0; place--)
            {
                fields[place] = fields[place - 1];
            }

            fields[place] = field;
        }

        Arrange(fields, _starts[map], before);
    }

    private void ArrangeMany(int map)
    {
        Field[] room = ArrayPool<Field>.Shared.Rent(_starts.Count - map);
        byte[] before = ArrayPool<byte>.Shared.Rent(_buffer.Length - _starts[map]);
        Span<Field> fields = Fields(map, room);
        fields.Sort(_byKey);
        Arrange(fields, _starts[map], before);
        ArrayPool<byte>.Shared.Return(before);
        ArrayPool<Field>.Shared.Return(room);
    }

    private Span<Field> Fields(int map, Span<Field> room)
    {
        int count = _starts.Count - map;
        for (int i = 0; i < count; i++)
        {
            int start = _starts[map + i];
            int end = i + 1 < count ? _starts[map + i + 1] : _buffer.Length;
            room[i] = new Field(start, end - start);
        }

        return room[..count];
    }

    /// <param name="fields">In the order that they are to have.</param>
    /// <param name="origin">Where the first begins that was written.</param>
    /// <param name="before">Room for the bytes of all of them.</param>
    private void Arrange(ReadOnlySpan<Field> fields, int origin, Span<byte> before)
    {
        Span<byte> written = _buffer.WrittenSpan[origin..];
        written.CopyTo(before);
        foreach (Field field in fields)
        {
            before.Slice(field.Start - origin, field.Length).CopyTo(written);
            written = written[field.Length..];
        }
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

    /// <summary>Compares the keys with which two fields begin; no two of a table are equal.</summary>
    private static int CompareKeys(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        // Short strings, as most keys are.
        const byte room = MessagePackCode.Nil - MessagePackCode.FixString;
        int length = left[0] - MessagePackCode.FixString;
        int otherLength = right[0] - MessagePackCode.FixString;
        if ((uint)length < room && (uint)otherLength < room)
        {
            return left.Slice(1, length).SequenceCompareTo(right.Slice(1, otherLength));
        }

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
