using System.Buffers.Binary;

namespace LlmSpell.Bench;

/// <summary>PostgreSQL's binary format for COPY: https://www.postgresql.org/docs/15/sql-copy.html.</summary>
internal static class PostgresCopy
{
    /// <summary>Rows of scope, key, a time, value.</summary>
    internal static void Write(Stream stream, IEnumerable<Entry> entries)
    {
        using BufferedStream buffer = new(stream, 1 << 18);
        buffer.Write("PGCOPY\n"u8);
        buffer.Write([0xFF, (byte)'\r', (byte)'\n', 0]);
        WriteInt32(buffer, 0);
        WriteInt32(buffer, 0);
        long modified = 0;
        Span<byte> time = stackalloc byte[8];
        foreach (Entry entry in entries)
        {
            WriteInt16(buffer, 4);
            WriteField(buffer, entry.Key.Scope);
            WriteField(buffer, entry.Key.Key);
            BinaryPrimitives.WriteInt64BigEndian(time, 1_700_000_000_000_000 + modified++);
            WriteField(buffer, time);
            WriteField(buffer, entry.Value.Bytes.Span);
        }

        WriteInt16(buffer, -1);
    }

    private static void WriteField(BufferedStream buffer, ReadOnlySpan<byte> bytes)
    {
        WriteInt32(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void WriteInt32(BufferedStream buffer, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        buffer.Write(bytes);
    }

    private static void WriteInt16(BufferedStream buffer, short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        buffer.Write(bytes);
    }
}
