using System.Buffers.Binary;

namespace LlmSpell.State.MessagePack;

/// <summary>
/// Writes arrays and maps whose length is known only at their end: a byte is kept for the header, and the content moves on where
/// that takes more.
/// </summary>
internal static class ContainerHeader
{
    /// <returns>What to hand to the end of the container.</returns>
    internal static int BeginContainer(this PooledBuffer buffer)
    {
        buffer.WriteByte(0);
        return buffer.Length - 1;
    }

    internal static void EndArray(this PooledBuffer buffer, int header, int count) =>
        End(buffer, header, count, MessagePackCode.FixArray, MessagePackCode.Array16, MessagePackCode.Array32);

    internal static void EndMap(this PooledBuffer buffer, int header, int count) =>
        End(buffer, header, count, MessagePackCode.FixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    private static void End(PooledBuffer buffer, int header, int count, byte small, byte code16, byte code32)
    {
        switch (count)
        {
            case <= 15:
                buffer.WrittenSpan[header] = (byte)(small | count);
                break;
            case <= ushort.MaxValue:
                BinaryPrimitives.WriteUInt16BigEndian(MakeRoom(buffer, header, code16, sizeof(ushort)), (ushort)count);
                break;
            default:
                BinaryPrimitives.WriteUInt32BigEndian(MakeRoom(buffer, header, code32, sizeof(uint)), (uint)count);
                break;
        }
    }

    /// <summary>Moves the content, and returns the room after the code.</summary>
    private static Span<byte> MakeRoom(PooledBuffer buffer, int header, byte code, int room)
    {
        int content = header + 1;
        int length = buffer.Length - content;
        buffer.GetSpan(room);
        buffer.Advance(room);
        Span<byte> written = buffer.WrittenSpan;
        written.Slice(content, length).CopyTo(written[(content + room)..]);
        written[header] = code;
        return written.Slice(content, room);
    }
}
