using System.IO.Hashing;
using System.Security.Cryptography;
using LlmSpell.State.MessagePack;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>A layer whose hashes and sums all agree, and whose content is whatever a hostile writer puts there.</summary>
internal static class CraftedLayer
{
    internal static readonly LayerId Id = TestLayers.Layer("crafted");

    /// <param name="storage">Takes the files.</param>
    /// <param name="codec">The codec that the stored bytes are said to have.</param>
    /// <param name="stored">The stored bytes of its one block.</param>
    /// <param name="rawLength">The length of its records, as the index says.</param>
    /// <param name="records">How many there are, as the index says.</param>
    /// <param name="tombstones">How many are tombstones, as the index says.</param>
    /// <param name="first">The first key of scope "s", as the index says.</param>
    /// <param name="last">The last key.</param>
    internal static ManifestLayer Put(
        MemoryStorage storage, LayerCodec codec, byte[] stored, int rawLength, int records, int tombstones = 0, string first = "a", string? last = null)
    {
        using BlockIndexBuilder index = new(Id, codec);
        byte[] keys = [(byte)'s', .. System.Text.Encoding.UTF8.GetBytes(first + (last ?? first))];
        KeySlice firstKey = new(0, 1, 1, first.Length);
        KeySlice lastKey = new(0, 1, 1 + first.Length, (last ?? first).Length);
        index.Add(new BlockEntry(0, stored.Length, rawLength, records, tombstones, XxHash128.HashToUInt128(stored), firstKey, lastKey), keys);
        ManifestLayer layer = Describe(codec, stored, index.ToBytes(), records, tombstones, rawLength);
        storage.Files[RepositoryPaths.LayerData(Id, codec)] = stored;
        storage.Files[RepositoryPaths.LayerIndex(Id)] = index.ToBytes();
        return layer;
    }

    internal static ManifestLayer Describe(LayerCodec codec, byte[] data, byte[] index, long records, long tombstones, long rawBytes) => new()
    {
        Id = Id,
        CreatedBy = TestLayers.Backup,
        Codec = codec,
        DataBytes = data.Length,
        DataSha256 = Convert.ToHexStringLower(SHA256.HashData(data)),
        IndexBytes = index.Length,
        IndexSha256 = Convert.ToHexStringLower(SHA256.HashData(index)),
        RawBytes = rawBytes,
        Records = records,
        Tombstones = tombstones,
        Blocks = 1,
    };

    /// <summary>The bytes of records written by hand.</summary>
    internal static byte[] Pack(Action<PooledBuffer> write)
    {
        using PooledBuffer buffer = new();
        write(buffer);
        return buffer.Written.ToArray();
    }

    internal static byte[] Compress(LayerCodec codec, byte[] raw)
    {
        using BlockCodec compressor = BlockCodec.Create(codec, 3);
        byte[] stored = new byte[LayerLimits.MaxStoredBytes(raw.Length)];
        return stored[..compressor.Compress(raw, stored)];
    }
}
