using System.Buffers.Binary;
using System.Text;

namespace LlmSpell.State.MessagePack;

/// <summary>Writes MessagePack, each value in its shortest form.</summary>
internal static class MessagePackWriter
{
    internal static void WriteNil(this PooledBuffer buffer) => buffer.WriteByte(MessagePackCode.Nil);

    internal static void WriteBoolean(this PooledBuffer buffer, bool value) =>
        buffer.WriteByte(value ? MessagePackCode.True : MessagePackCode.False);

    internal static void WriteDouble(this PooledBuffer buffer, double value)
    {
        Span<byte> span = buffer.GetSpan(9);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        buffer.Advance(9);
    }

    internal static void WriteInteger(this PooledBuffer buffer, long value)
    {
        if ((ulong)value <= 0x7F)
        {
            buffer.WriteByte((byte)value);
            return;
        }

        Span<byte> span = buffer.GetSpan(9);
        buffer.Advance(WriteInteger(span, value));
    }

    internal static void WriteString(this PooledBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= 31)
        {
            Span<byte> span = buffer.GetSpan(32);
            span[0] = (byte)(MessagePackCode.FixString | utf8.Length);
            utf8.CopyTo(span[1..]);
            buffer.Advance(utf8.Length + 1);
            return;
        }

        WriteStringHeader(buffer, utf8.Length);
        buffer.Write(utf8);
    }

    internal static void WriteString(this PooledBuffer buffer, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        WriteStringHeader(buffer, length);
        Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    internal static void WriteBinary(this PooledBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        Span<byte> span = buffer.GetSpan(5);
        buffer.Advance(bytes.Length switch
        {
            <= byte.MaxValue => Write8(span, MessagePackCode.Binary8, (byte)bytes.Length),
            <= ushort.MaxValue => Write16(span, MessagePackCode.Binary16, (ushort)bytes.Length),
            _ => Write32(span, MessagePackCode.Binary32, (uint)bytes.Length),
        });
        buffer.Write(bytes);
    }

    internal static void WriteArrayHeader(this PooledBuffer buffer, int count)
    {
        Span<byte> span = buffer.GetSpan(5);
        buffer.Advance(count switch
        {
            <= 15 => Write0(span, (byte)(MessagePackCode.FixArray | count)),
            <= ushort.MaxValue => Write16(span, MessagePackCode.Array16, (ushort)count),
            _ => Write32(span, MessagePackCode.Array32, (uint)count),
        });
    }

    internal static void WriteMapHeader(this PooledBuffer buffer, int count)
    {
        Span<byte> span = buffer.GetSpan(5);
        buffer.Advance(count switch
        {
            <= 15 => Write0(span, (byte)(MessagePackCode.FixMap | count)),
            <= ushort.MaxValue => Write16(span, MessagePackCode.Map16, (ushort)count),
            _ => Write32(span, MessagePackCode.Map32, (uint)count),
        });
    }

    /// <summary>Writes what stands before a string's bytes; returns how long it is.</summary>
    internal static int WriteStringHeader(Span<byte> span, int length) => length switch
    {
        <= 31 => Write0(span, (byte)(MessagePackCode.FixString | length)),
        <= byte.MaxValue => Write8(span, MessagePackCode.String8, (byte)length),
        <= ushort.MaxValue => Write16(span, MessagePackCode.String16, (ushort)length),
        _ => Write32(span, MessagePackCode.String32, (uint)length),
    };

    /// <summary>Writes an integer; returns how long it is.</summary>
    internal static int WriteInteger(Span<byte> span, long value) =>
        value >= 0 ? WriteUnsigned(span, (ulong)value) : WriteNegative(span, value);

    private static void WriteStringHeader(PooledBuffer buffer, int length) =>
        buffer.Advance(WriteStringHeader(buffer.GetSpan(5), length));

    private static int WriteUnsigned(Span<byte> span, ulong value) => value switch
    {
        <= 0x7F => Write0(span, (byte)value),
        <= byte.MaxValue => Write8(span, MessagePackCode.UInt8, (byte)value),
        <= ushort.MaxValue => Write16(span, MessagePackCode.UInt16, (ushort)value),
        <= uint.MaxValue => Write32(span, MessagePackCode.UInt32, (uint)value),
        _ => Write64(span, MessagePackCode.UInt64, value),
    };

    private static int WriteNegative(Span<byte> span, long value) => value switch
    {
        >= -32 => Write0(span, (byte)value),
        >= sbyte.MinValue => Write8(span, MessagePackCode.Int8, (byte)value),
        >= short.MinValue => Write16(span, MessagePackCode.Int16, (ushort)value),
        >= int.MinValue => Write32(span, MessagePackCode.Int32, (uint)value),
        _ => Write64(span, MessagePackCode.Int64, (ulong)value),
    };

    private static int Write0(Span<byte> span, byte code)
    {
        span[0] = code;
        return 1;
    }

    private static int Write8(Span<byte> span, byte code, byte value)
    {
        span[0] = code;
        span[1] = value;
        return 2;
    }

    private static int Write16(Span<byte> span, byte code, ushort value)
    {
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        return 3;
    }

    private static int Write32(Span<byte> span, byte code, uint value)
    {
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        return 5;
    }

    private static int Write64(Span<byte> span, byte code, ulong value)
    {
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        return 9;
    }
}
