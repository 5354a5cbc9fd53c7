using System.Buffers.Binary;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>An entry as the entries family stores it under "scope NUL key": its time, its hash, its value. docs/rocksdb.md has the bytes.</summary>
internal readonly ref struct EntryRecord
{
    /// <summary>The bytes before the value.</summary>
    internal const int HeaderSize = sizeof(long) + EntryHash.Size;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <exception cref="StateCorruptException">The bytes are too short to be one.</exception>
    internal EntryRecord(ReadOnlySpan<byte> bytes, string folder)
    {
        _bytes = bytes.Length >= HeaderSize
            ? bytes
            : throw RocksDbErrors.Corrupt($"The state in {folder} has an entry of {bytes.Length} bytes, which is too short to be one.");
    }

    internal long ModifiedAt => BinaryPrimitives.ReadInt64LittleEndian(_bytes);

    internal EntryHash Hash => EntryHash.Read(_bytes.Slice(sizeof(long), EntryHash.Size));

    internal ReadOnlySpan<byte> Value => _bytes[HeaderSize..];

    /// <summary>Writes what stands before the value.</summary>
    internal static void WriteHeader(Span<byte> header, long modifiedAt, EntryHash hash)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header, modifiedAt);
        hash.Write(header[sizeof(long)..]);
    }
}
