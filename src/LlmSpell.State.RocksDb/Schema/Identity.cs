using System.Buffers.Binary;
using System.Text;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>What a store is, which only a replacement changes. Immutable.</summary>
/// <param name="Generation">Which pair of families holds the state: <c>entries.N</c> and <c>changes.N</c>.</param>
/// <param name="Store">The store's id.</param>
/// <param name="Lineage">The history it is in.</param>
/// <param name="CreatedAt">Microseconds since the Unix epoch.</param>
/// <param name="RestoredFrom">The restore with which the lineage began; null if none did.</param>
internal sealed record Identity(long Generation, StoreId Store, LineageId Lineage, long CreatedAt, RestoredFrom? RestoredFrom)
{
    private const int IdSize = 32;
    private const int FixedSize = (3 * sizeof(long)) + (2 * IdSize);

    /// <summary>Under which key it lies in the default family.</summary>
    internal static ReadOnlySpan<byte> Key => "identity"u8;

    internal StoreStatus Describe(Counters counters) =>
        new(Store, Lineage, Counters.VersionOf(counters.Sequence), counters.Fingerprint, counters.Entries, RestoredFrom);

    internal static Identity Read(ReadOnlySpan<byte> bytes, string folder)
    {
        if (bytes.Length < FixedSize)
        {
            throw RocksDbErrors.Corrupt($"The state in {folder} has lost the record that says which store it is.");
        }

        ReadOnlySpan<byte> ids = bytes[(3 * sizeof(long))..];
        ReadOnlySpan<byte> backup = bytes[FixedSize..];
        return new Identity(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            new StoreId(Encoding.UTF8.GetString(ids[..IdSize])),
            new LineageId(Encoding.UTF8.GetString(ids.Slice(IdSize, IdSize))),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            backup.IsEmpty
                ? null
                : new RestoredFrom(Encoding.UTF8.GetString(backup), Counters.VersionOf(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]))));
    }

    internal byte[] Write()
    {
        byte[] backup = Encoding.UTF8.GetBytes(RestoredFrom?.BackupId ?? "");
        byte[] bytes = new byte[FixedSize + backup.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), CreatedAt);
        if (RestoredFrom is { } restored && Counters.TryParse(restored.Version, out long sequence))
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), sequence);
        }

        Span<byte> ids = bytes.AsSpan(3 * sizeof(long));
        Encoding.UTF8.GetBytes(Store.Value, ids[..IdSize]);
        Encoding.UTF8.GetBytes(Lineage.Value, ids.Slice(IdSize, IdSize));
        backup.CopyTo(bytes, FixedSize);
        return bytes;
    }
}
