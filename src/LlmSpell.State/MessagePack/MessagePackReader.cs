using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace LlmSpell.State.MessagePack;

/// <summary>
/// Reads MessagePack from untrusted bytes: every length is checked against what is there before anything is sliced, nothing is
/// allocated, and nothing recurses.
/// </summary>
internal ref partial struct MessagePackReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    internal readonly int Position => _position;

    internal readonly int Remaining => _data.Length - _position;

    internal readonly MessagePackKind PeekKind() => KindOf(PeekCode());

    internal bool TryReadNil()
    {
        if (PeekCode() != MessagePackCode.Nil)
        {
            return false;
        }

        _position++;
        return true;
    }

    internal bool ReadBoolean()
    {
        byte code = PeekCode();
        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            throw Unexpected(code, "a boolean");
        }

        _position++;
        return code == MessagePackCode.True;
    }

    internal long ReadInteger()
    {
        int start = _position;
        byte code = TakeCode();
        switch (code)
        {
            case < MessagePackCode.FixMap:
                return code;
            case >= MessagePackCode.NegativeFixInt:
                return (sbyte)code;
            case MessagePackCode.UInt8:
                return Take(1)[0];
            case MessagePackCode.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Take(2));
            case MessagePackCode.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Take(4));
            case MessagePackCode.UInt64:
                ulong value = BinaryPrimitives.ReadUInt64BigEndian(Take(8));
                return value <= long.MaxValue ? (long)value : throw new MessagePackException("an integer over 2^63-1", start);
            case MessagePackCode.Int8:
                return (sbyte)Take(1)[0];
            case MessagePackCode.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Take(2));
            case MessagePackCode.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Take(4));
            case MessagePackCode.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Take(8));
            default:
                _position = start;
                throw Unexpected(code, "an integer");
        }
    }

    internal double ReadDouble()
    {
        byte code = TakeCode();
        switch (code)
        {
            case MessagePackCode.Float64:
                return BinaryPrimitives.ReadDoubleBigEndian(Take(8));
            case MessagePackCode.Float32:
                return BinaryPrimitives.ReadSingleBigEndian(Take(4));
            default:
                _position--;
                throw Unexpected(code, "a float");
        }
    }

    internal ReadOnlySpan<byte> ReadString()
    {
        byte code = TakeCode();
        switch (code)
        {
            case >= MessagePackCode.FixString and < MessagePackCode.Nil:
                return Take(code & 0x1F);
            case MessagePackCode.String8 or MessagePackCode.String16 or MessagePackCode.String32:
                return Take(ReadLength(code - MessagePackCode.String8));
            default:
                _position--;
                throw Unexpected(code, "a string");
        }
    }

    internal ReadOnlySpan<byte> ReadBinary()
    {
        byte code = TakeCode();
        if (code is MessagePackCode.Binary8 or MessagePackCode.Binary16 or MessagePackCode.Binary32)
        {
            return Take(ReadLength(code - MessagePackCode.Binary8));
        }

        _position--;
        throw Unexpected(code, "binary data");
    }

    /// <summary>Reads how many elements follow. Each takes at least one byte, so the count never exceeds the bytes that are left.</summary>
    internal int ReadArrayHeader()
    {
        byte code = TakeCode();
        switch (code)
        {
            case >= MessagePackCode.FixArray and < MessagePackCode.FixString:
                return CheckCount(code & 0x0F, 1);
            case MessagePackCode.Array16 or MessagePackCode.Array32:
                return CheckCount(ReadLength(code - MessagePackCode.Array16 + 1), 1);
            default:
                _position--;
                throw Unexpected(code, "an array");
        }
    }

    /// <summary>Reads how many pairs follow. Each takes at least two bytes, so the count never exceeds half the bytes that are left.</summary>
    internal int ReadMapHeader()
    {
        byte code = TakeCode();
        switch (code)
        {
            case >= MessagePackCode.FixMap and < MessagePackCode.FixArray:
                return CheckCount(code & 0x0F, 2);
            case MessagePackCode.Map16 or MessagePackCode.Map32:
                return CheckCount(ReadLength(code - MessagePackCode.Map16 + 1), 2);
            default:
                _position--;
                throw Unexpected(code, "a map");
        }
    }

    /// <summary>Steps over one whole value, whatever it holds, and returns its bytes.</summary>
    internal ReadOnlySpan<byte> Skip()
    {
        int start = _position;
        for (long pending = 1; pending > 0; pending--)
        {
            byte code = TakeCode();
            switch (code)
            {
                case < MessagePackCode.FixMap or >= MessagePackCode.NegativeFixInt:
                case MessagePackCode.Nil or MessagePackCode.False or MessagePackCode.True:
                    break;
                case < MessagePackCode.FixArray:
                    pending += 2L * CheckCount(code & 0x0F, 2);
                    break;
                case < MessagePackCode.FixString:
                    pending += CheckCount(code & 0x0F, 1);
                    break;
                case < MessagePackCode.Nil:
                    Take(code & 0x1F);
                    break;
                case MessagePackCode.UInt8 or MessagePackCode.Int8:
                    Take(1);
                    break;
                case MessagePackCode.UInt16 or MessagePackCode.Int16:
                    Take(2);
                    break;
                case MessagePackCode.UInt32 or MessagePackCode.Int32 or MessagePackCode.Float32:
                    Take(4);
                    break;
                case MessagePackCode.UInt64 or MessagePackCode.Int64 or MessagePackCode.Float64:
                    Take(8);
                    break;
                case >= MessagePackCode.String8 and <= MessagePackCode.String32:
                    Take(ReadLength(code - MessagePackCode.String8));
                    break;
                case >= MessagePackCode.Binary8 and <= MessagePackCode.Binary32:
                    Take(ReadLength(code - MessagePackCode.Binary8));
                    break;
                case MessagePackCode.Array16 or MessagePackCode.Array32:
                    pending += CheckCount(ReadLength(code - MessagePackCode.Array16 + 1), 1);
                    break;
                case MessagePackCode.Map16 or MessagePackCode.Map32:
                    pending += 2L * CheckCount(ReadLength(code - MessagePackCode.Map16 + 1), 2);
                    break;
                case >= MessagePackCode.FixExtension1 and <= MessagePackCode.FixExtension16:
                    Take(1 + (1 << (code - MessagePackCode.FixExtension1)));
                    break;
                case >= MessagePackCode.Extension8 and <= MessagePackCode.Extension32:
                    int length = ReadLength(code - MessagePackCode.Extension8);
                    Take(1);
                    Take(length);
                    break;
                default:
                    throw new MessagePackException($"the byte 0x{code:x2}, which MessagePack never uses,", _position - 1);
            }
        }

        return _data[start.._position];
    }

    internal static MessagePackKind KindOf(byte code) => code switch
    {
        < MessagePackCode.FixMap or >= MessagePackCode.NegativeFixInt => MessagePackKind.Integer,
        < MessagePackCode.FixArray => MessagePackKind.Map,
        < MessagePackCode.FixString => MessagePackKind.Array,
        < MessagePackCode.Nil => MessagePackKind.String,
        MessagePackCode.Nil => MessagePackKind.Nil,
        MessagePackCode.NeverUsed => MessagePackKind.Invalid,
        MessagePackCode.False or MessagePackCode.True => MessagePackKind.Boolean,
        <= MessagePackCode.Binary32 => MessagePackKind.Binary,
        <= MessagePackCode.Extension32 => MessagePackKind.Extension,
        MessagePackCode.Float32 or MessagePackCode.Float64 => MessagePackKind.Float,
        <= MessagePackCode.Int64 => MessagePackKind.Integer,
        <= MessagePackCode.FixExtension16 => MessagePackKind.Extension,
        <= MessagePackCode.String32 => MessagePackKind.String,
        <= MessagePackCode.Array32 => MessagePackKind.Array,
        _ => MessagePackKind.Map,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly byte PeekCode() => _position < _data.Length ? _data[_position] : throw Truncated();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte TakeCode()
    {
        byte code = PeekCode();
        _position++;
        return code;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_data.Length - _position))
        {
            throw Truncated();
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, count);
        _position += count;
        return taken;
    }

    /// <param name="width">0: one byte, 1: two, 2: four.</param>
    private int ReadLength(int width)
    {
        switch (width)
        {
            case 0:
                return Take(1)[0];
            case 1:
                return BinaryPrimitives.ReadUInt16BigEndian(Take(2));
            default:
                uint length = BinaryPrimitives.ReadUInt32BigEndian(Take(4));
                return length <= int.MaxValue ? (int)length : throw Truncated();
        }
    }

    private readonly int CheckCount(int count, int bytesEach) =>
        (long)count * bytesEach <= Remaining ? count : throw Truncated();

    private readonly MessagePackException Truncated() => new("the data ends in the middle of a value", _data.Length);

    private readonly MessagePackException Unexpected(byte code, string expected) =>
        new($"{KindOf(code).ToString().ToLowerInvariant()} (0x{code:x2}) instead of {expected}", _position);
}
