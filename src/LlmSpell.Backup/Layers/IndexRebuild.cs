using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>
/// Makes the index of a layer again from its data. Frames of zstd and lz4 say where they end; of a layer that is not compressed the blocks are
/// found as a writer makes them, which fails for one that was merged. The result counts only if it is, byte for byte, the index that the
/// manifest promises: so each block's hash is right, too.
/// </summary>
internal static class IndexRebuild
{
    /// <returns>The index file's bytes; null if the data does not give the index that was written.</returns>
    /// <exception cref="StateStorageException">Nothing can be read there.</exception>
    internal static async Task<byte[]?> TryRunAsync(IRepositoryStorage storage, ManifestLayer layer, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        BackupDamagedException? damage = null;
        IRepositoryFile? data = await CheckedFile.OpenAsync(
            storage, path, layer.DataBytes, found => damage = found, cancellationToken).ConfigureAwait(false);
        if (data is null)
        {
            return null;
        }

        await using (data.ConfigureAwait(false))
        {
            if (damage is not null)
            {
                return null;
            }

            using BlockIndexBuilder index = new(layer.Id, layer.Codec);
            using BlockCodec codec = BlockCodec.Create(layer.Codec);
            using StoredBlockReader blocks = new(data, layer.Codec);
            try
            {
                while (await blocks.NextAsync(cancellationToken).ConfigureAwait(false))
                {
                    Add(index, codec, blocks);
                }
            }
            catch (Exception e) when (e is InvalidDataException or StateCorruptException or StateUnsupportedException or MessagePackException)
            {
                return null;
            }

            byte[] bytes = index.ToBytes();
            bool isSame = bytes.Length == layer.IndexBytes && Convert.ToHexStringLower(SHA256.HashData(bytes)) == layer.IndexSha256;
            return isSame ? bytes : null;
        }
    }

    private static void Add(BlockIndexBuilder index, BlockCodec codec, StoredBlockReader blocks)
    {
        byte[] raw = BlockArrays.Rent(blocks.RawLength);
        RecordSlot[] slots = [];
        try
        {
            Span<byte> records = raw.AsSpan(0, blocks.RawLength);
            codec.Decompress(blocks.Stored, records);
            int count = Count(records);
            slots = ArrayPool<RecordSlot>.Shared.Rent(count);
            if (RecordFormat.Decode(records, slots.AsSpan(0, count), out int tombstones) is { } problem)
            {
                throw new InvalidDataException(problem);
            }

            index.Add(
                new BlockEntry(
                    index.DataBytes, blocks.Stored.Length, records.Length, count, tombstones, XxHash128.HashToUInt128(blocks.Stored),
                    slots[0].Name, slots[count - 1].Name),
                records);
        }
        finally
        {
            BlockArrays.Return(raw);
            ArrayPool<RecordSlot>.Shared.Return(slots);
        }
    }

    private static int Count(ReadOnlySpan<byte> records)
    {
        MessagePackReader reader = new(records);
        int count = 0;
        for (; reader.Remaining > 0; count++)
        {
            reader.Skip();
        }

        return count;
    }
}
