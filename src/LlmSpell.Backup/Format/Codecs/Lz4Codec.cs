using System.Buffers.Binary;
using System.IO.Hashing;
using K4os.Compression.LZ4;

namespace LlmSpell.Backup;

/// <summary>
/// One LZ4 frame a block, as of https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md (version 1.6), always of one kind:
/// independent blocks of up to 4 MiB, content size, content checksum, no dictionary. A reader that knows only this kind
/// decompresses straight into its destination.
/// </summary>
internal sealed class Lz4Codec : BlockCodec
{
    private const uint Magic = 0x184D2204;
    private const byte Flags = 0x6C; // version 1, independent blocks, content size, content checksum
    private const byte BlockSizes = 0x70; // up to 4 MiB
    private const int ChunkBytes = 4 << 20;
    private const int HeaderBytes = 4 + 1 + 1 + 8 + 1;
    private const uint Uncompressed = 0x8000_0000;

    internal override int Compress(ReadOnlySpan<byte> raw, Span<byte> stored)
    {
        WriteHeader(raw.Length, stored);
        int position = HeaderBytes;
        for (int start = 0; start < raw.Length; start += ChunkBytes)
        {
            position += WriteChunk(raw[start..Math.Min(raw.Length, start + ChunkBytes)], stored[position..]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(stored[position..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(stored[(position + 4)..], XxHash32.HashToUInt32(raw));
        return position + 8;
    }

    internal override void Decompress(ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        WriteHeader(raw.Length, header);
        if (!stored.StartsWith(header))
        {
            throw new InvalidDataException($"it does not begin with the header of an LZ4 frame of {raw.Length} bytes");
        }

        ReadOnlySpan<byte> rest = stored[HeaderBytes..];
        for (int start = 0; start < raw.Length; start += ChunkBytes)
        {
            ReadChunk(ref rest, raw[start..Math.Min(raw.Length, start + ChunkBytes)]);
        }

        if (rest.Length != 8 || BinaryPrimitives.ReadUInt32LittleEndian(rest) != 0)
        {
            throw new InvalidDataException("its LZ4 frame does not end where it must");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) != XxHash32.HashToUInt32(raw))
        {
            throw new InvalidDataException("its LZ4 frame's checksum is wrong");
        }
    }

    private static void WriteHeader(int rawLength, Span<byte> header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[4] = Flags;
        header[5] = BlockSizes;
        BinaryPrimitives.WriteUInt64LittleEndian(header[6..], (ulong)rawLength);
        header[14] = (byte)(XxHash32.HashToUInt32(header[4..14]) >> 8);
    }

    private static int WriteChunk(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        // What does not get shorter is stored as it is: encoding into one byte less fails then.
        int length = LZ4Codec.Encode(raw, destination.Slice(4, raw.Length - 1));
        if (length > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)length);
            return 4 + length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)raw.Length | Uncompressed);
        raw.CopyTo(destination[4..]);
        return 4 + raw.Length;
    }

    private static void ReadChunk(ref ReadOnlySpan<byte> rest, Span<byte> raw)
    {
        if (rest.Length < 4)
        {
            throw new InvalidDataException("its LZ4 frame is cut short");
        }

        uint word = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        uint length = word & ~Uncompressed;
        if (length == 0 || length > rest.Length - 4)
        {
            throw new InvalidDataException("its LZ4 frame is cut short");
        }

        ReadOnlySpan<byte> chunk = rest.Slice(4, (int)length);
        rest = rest[(4 + (int)length)..];
        if ((word & Uncompressed) != 0)
        {
            if (chunk.Length != raw.Length)
            {
                throw new InvalidDataException($"its LZ4 frame holds {chunk.Length} bytes where {raw.Length} are expected");
            }

            chunk.CopyTo(raw);
        }
        else if (LZ4Codec.Decode(chunk, raw) != raw.Length)
        {
            throw new InvalidDataException("its LZ4 frame is damaged");
        }
    }
}
