using System.Buffers.Binary;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>A change as the changes family stores it under its number: when, which hash it replaced, and the key. docs/rocksdb.md has the bytes.</summary>
internal readonly ref struct ChangeRecord
{
    /// <summary>The bytes of a change's number, by which they are ordered.</summary>
    internal const int NumberSize = sizeof(long);

    /// <summary>The bytes before the key.</summary>
    internal const int HeaderSize = sizeof(long) + EntryHash.Size;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <exception cref="StateCorruptException">The bytes are too short to be one.</exception>
    internal ChangeRecord(ReadOnlySpan<byte> bytes, string folder)
    {
        _bytes = bytes.Length > HeaderSize && bytes.Length <= HeaderSize + StoredKey.MaxSize
            ? bytes
            : throw RocksDbErrors.Corrupt($"The state in {folder} has a change of {bytes.Length} bytes, which is none.");
    }

    internal long ChangedAt => BinaryPrimitives.ReadInt64LittleEndian(_bytes);

    /// <summary>The hash of the entry that the change replaced.</summary>
    internal EntryHash Replaced => EntryHash.Read(_bytes.Slice(sizeof(long), EntryHash.Size));

    /// <summary>The key, as "scope NUL key".</summary>
    internal ReadOnlySpan<byte> Key => _bytes[HeaderSize..];

    internal static void WriteNumber(Span<byte> number, long sequence) => BinaryPrimitives.WriteInt64BigEndian(number, sequence);

    internal static long ReadNumber(ReadOnlySpan<byte> number, string folder) => number.Length == NumberSize
        ? BinaryPrimitives.ReadInt64BigEndian(number)
        : throw RocksDbErrors.Corrupt($"The state in {folder} has a change whose number is {number.Length} bytes long.");

    /// <summary>Writes what stands before the key.</summary>
    internal static void WriteHeader(Span<byte> header, long changedAt, EntryHash replaced)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header, changedAt);
        replaced.Write(header[sizeof(long)..]);
    }
}
