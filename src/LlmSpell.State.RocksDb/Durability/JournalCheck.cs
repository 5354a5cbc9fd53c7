using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Durability;

/// <summary>
/// Checks the records of a manifest or a write-ahead log before RocksDB reads them. RocksDB checks their checksums too, but looks first at the kind: at one that
/// only recycled logs have, which are not used here, it goes round for ever in a manifest, and takes a log to end there (seen with 11.12). One changed
/// bit makes such a kind of the usual one. The format is in RocksDB's documentation under "Write Ahead Log File Format".
/// </summary>
internal static class JournalCheck
{
    private const int BlockSize = 32_768;
    private const int HeaderSize = sizeof(uint) + sizeof(ushort) + 1;
    private const int KindOffset = HeaderSize - 1;
    private const byte Padding = 0;
    private const byte FirstRecycled = 5;
    private const byte LastRecycled = 8;
    private const byte RecycledTimestampSize = 11;
    private const byte RecycledPredecessor = 131;

    /// <summary>Reads the file to its end, also while another process adds to it; a last record that is not whole, and zeros to the end, are none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="whole">How many bytes are known to have been whole records: one that begins there and goes beyond the end has another length than was written.</param>
    /// <exception cref="StateCorruptException">A record is not as it was written.</exception>
    internal static void Run(string file, long whole = 0)
    {
        byte[] bytes = new byte[BlockSize];
#pragma warning disable RS0030 // Nothing is written through this handle.
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
        bool isPadded = false;
        long start = 0;
        while (true)
        {
            int length = stream.ReadAtLeast(bytes, BlockSize, throwOnEndOfStream: false);
            ReadOnlySpan<byte> block = bytes.AsSpan(0, length);
            int? damage = isPadded
                ? block.ContainsAnyExcept(Padding) ? 0 : null
                : FirstDamage(block, isLast: length < BlockSize || stream.Position == stream.Length, whole - start, out isPadded);
            if (damage is { } place)
            {
                throw RocksDbErrors.Corrupt($"{file} is damaged: the record at byte {start + place} is not as it was written.");
            }

            if (length < BlockSize)
            {
                return;
            }

            start += length;
        }
    }

    /// <summary>Where in a block a damaged record begins; null if none does. No record crosses the end of a block, but by its parts.</summary>
    private static int? FirstDamage(ReadOnlySpan<byte> block, bool isLast, long whole, out bool isPadded)
    {
        isPadded = false;
        int place = 0;
        while (block.Length - place >= HeaderSize)
        {
            ReadOnlySpan<byte> rest = block[place..];
            uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[sizeof(uint)..]);
            byte kind = rest[KindOffset];
            if (kind == Padding && length == 0)
            {
                // RocksDB passes over the rest of the block, whatever comes after it.
                isPadded = true;
                return rest.ContainsAnyExcept(Padding) ? place : null;
            }

            if (kind is (>= FirstRecycled and <= LastRecycled) or RecycledTimestampSize or RecycledPredecessor)
            {
                return place;
            }

            if (HeaderSize + length > rest.Length)
            {
                return isLast && place >= whole ? null : place;
            }

            if (checksum != Checksum(rest.Slice(KindOffset, 1 + length)))
            {
                return place;
            }

            place += HeaderSize + length;
        }

        return isLast && place < whole && block[place..].ContainsAnyExcept(Padding) ? place : null;
    }

    /// <summary>CRC-32C, turned and moved as RocksDB stores it, so that checksums of checksums stay good ones.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte last in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, last);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
