using LlmSpell.State;
using LlmSpell.State.MessagePack;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>Layers whose hashes are all right and whose content is not, as somebody could make them on purpose.</summary>
public sealed class HostileLayerTests
{
    private readonly MemoryStorage _storage = new();

    public static TheoryData<string, byte[], int> BadBlocks { get; } = new()
    {
        { "no array", [0x01, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 1], 1 },
        { "an array of two", Block(b => { b.WriteArrayHeader(2); b.WriteString("s"u8); b.WriteString("a"u8); b.WriteNil(); }), 1 },
        { "an array of five", Block(b => { b.WriteArrayHeader(5); Head(b, "a", 1); b.WriteNil(); b.WriteNil(); }), 1 },
        { "an array of 2^32-1", [0xDD, 0xFF, 0xFF, 0xFF, 0xFF, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 1], 1 },
        { "a key of 2^32-1 bytes", [0x94, 0xA1, .. "s"u8, 0xDB, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1], 1 },
        { "a binary key", [0x94, 0xA1, .. "s"u8, 0xC4, 0x01, .. "a"u8, 1, 1], 1 },
        { "an empty key", [0x94, 0xA1, .. "s"u8, 0xA0, 1, 1], 1 },
        { "a key with NUL", [0x94, 0xA1, .. "s"u8, 0xA2, (byte)'a', 0, 1, 1], 1 },
        { "a key that is no UTF-8", [0x94, 0xA1, .. "s"u8, 0xA1, 0xFF, 1, 1], 1 },
        { "a key that is too long", Block(b => { b.WriteArrayHeader(4); Head(b, new string('k', 1025), 1); b.WriteInteger(1); }), 1 },
        { "a negative time", Block(b => { b.WriteArrayHeader(4); Head(b, "a", -1); b.WriteInteger(1); }), 1 },
        { "a time after the year 9999", Block(b => { b.WriteArrayHeader(4); Head(b, "a", long.MaxValue); b.WriteInteger(1); }), 1 },
        { "a time over 2^63", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 1 },
        { "a time that is a float", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 0xCA, 0, 0, 0, 0, 1], 1 },
        { "a value of 2^32-1 bytes", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xC6, 0xFF, 0xFF, 0xFF, 0xFF], 1 },
        { "a map of 2^32-1 pairs", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xDF, 0xFF, 0xFF, 0xFF, 0xFF], 1 },
        { "the byte that is never used", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xC1], 1 },
        { "nil as a value", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xC0], 1 },
        { "an extension", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xD4, 0, 0], 1 },
        { "a value nested 500,000 deep", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, .. Enumerable.Repeat((byte)0x91, 500_000), 1], 1 },
        { "a value nested 129 deep", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, .. Enumerable.Repeat((byte)0x91, 129), 1], 1 },
        { "a value cut off", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0x92, 1], 1 },
        { "bytes after the last record", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 1, 0], 1 },
        { "fewer records than the index says", [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, 0xC4, 0x04, 0, 0, 0, 0], 2 },
        { "the same key twice", [.. Entry("a"), .. Entry("a")], 2 },
        { "keys that descend", [.. Entry("b"), .. Entry("a")], 2 },
    };

    [Theory]
    [MemberData(nameof(BadBlocks))]
    public async Task A_block_that_does_not_hold_proper_records_is_damaged(string what, byte[] raw, int records)
    {
        foreach (LayerCodec codec in Enum.GetValues<LayerCodec>())
        {
            ManifestLayer layer = CraftedLayer.Put(_storage, codec, CraftedLayer.Compress(codec, raw), raw.Length, records, 0, "a", records > 1 ? "b" : null);

            BackupDamagedException e = await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.ReadAsync(_storage, layer));

            Assert.True(e.Block == 0, $"{what}: {e.Message}");
            Assert.Equal(RepositoryPaths.LayerData(layer.Id, codec), e.File);
        }
    }

    [Fact]
    public async Task A_value_nested_as_deep_as_allowed_is_read()
    {
        byte[] raw = [0x94, 0xA1, .. "s"u8, 0xA1, .. "a"u8, 1, .. Enumerable.Repeat((byte)0x91, StateValue.MaxDepth), 1];
        ManifestLayer layer = CraftedLayer.Put(_storage, LayerCodec.None, raw, raw.Length, 1);

        Assert.Equal(StateValue.MaxDepth + 1, Assert.Single(await TestLayers.ReadAsync(_storage, layer)).Value!.Length);
    }

    [Fact]
    public async Task The_keys_and_tombstones_in_the_index_must_be_those_of_the_block()
    {
        byte[] raw = [.. Entry("a"), .. Entry("b")];
        foreach ((string first, string last, int tombstones) in (ReadOnlySpan<(string, string, int)>)[("0", "b", 0), ("a", "c", 0), ("a", "b", 1)])
        {
            ManifestLayer layer = CraftedLayer.Put(_storage, LayerCodec.None, raw, raw.Length, 2, tombstones, first, last);
            BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => TestLayers.ReadAsync(_storage, layer).GetAwaiter().GetResult());
            Assert.Equal(0, e.Block);
        }

        Assert.Equal(2, (await TestLayers.ReadAsync(_storage, CraftedLayer.Put(_storage, LayerCodec.None, raw, raw.Length, 2, 0, "a", "b"))).Count);
    }

    [Theory]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task A_frame_that_holds_more_or_less_than_the_index_says_is_damaged(LayerCodec codec)
    {
        byte[] raw = Entry("a");
        byte[] bomb = CraftedLayer.Compress(codec, new byte[10_000_000]);
        byte[][] frames =
        [
            CraftedLayer.Compress(codec, [.. raw, 0]),
            CraftedLayer.Compress(codec, raw[..^1]),
            [.. CraftedLayer.Compress(codec, raw), .. CraftedLayer.Compress(codec, raw)],
            CraftedLayer.Compress(codec, raw)[..^1],
            bomb.Length <= LayerLimits.MaxStoredBytes(raw.Length) ? bomb : bomb[..400],
            [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4, .. CraftedLayer.Compress(codec, raw)],
            [1, 2, 3],
        ];
        foreach (byte[] frame in frames)
        {
            ManifestLayer layer = CraftedLayer.Put(_storage, codec, frame, raw.Length, 1);
            Assert.Equal(0, (await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.ReadAsync(_storage, layer))).Block);
        }
    }

    [Theory]
    [InlineData(LayerCodec.None, 51)]
    [InlineData(LayerCodec.Zstd, 52)]
    [InlineData(LayerCodec.Lz4, 53)]
    [InlineData(LayerCodec.Zstd, null)]
    [InlineData(LayerCodec.Lz4, null)]
    public async Task Mutated_blocks_with_the_right_hashes_are_read_or_damaged_and_nothing_else(LayerCodec codec, int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        List<TestRecord> records = [.. Enumerable.Range(10, 40).Select(i => new TestRecord("s", $"k{i}", i, TestLayers.Text(random, random.Next(60))))];
        await TestLayers.WriteAsync(_storage, records, id: "plain");
        byte[] raw = _storage.Files["layers/plain.msgpack"];
        byte[] stored = CraftedLayer.Compress(codec, raw);
        int damaged = 0;
        for (int round = 0; round < 3_000; round++)
        {
            // Half of the time the records are mutated, and half of the time the frame around them.
            bool inner = round % 2 == 0;
            byte[] mutated = Mutation.Of(inner ? raw : stored, random);
            byte[] block = inner ? CraftedLayer.Compress(codec, mutated) : mutated;
            int rawLength = inner ? mutated.Length : raw.Length;
            if (block.Length == 0 || rawLength < 6 * records.Count || block.Length > LayerLimits.MaxStoredBytes(rawLength))
            {
                continue;
            }

            ManifestLayer layer = CraftedLayer.Put(_storage, codec, block, rawLength, records.Count, 0, "k10", "k49");
            try
            {
                await TestLayers.ReadAsync(_storage, layer);
            }
            catch (BackupDamagedException)
            {
                damaged++;
            }
        }

        Assert.True(damaged > 1_000, $"only {damaged} of the mutations were found with the seed {seed}");
    }

    private static byte[] Entry(string key) => Block(b =>
    {
        b.WriteArrayHeader(4);
        Head(b, key, 1);
        b.WriteInteger(1);
    });

    private static byte[] Block(Action<PooledBuffer> write) => CraftedLayer.Pack(write);

    private static void Head(PooledBuffer buffer, string key, long modifiedAt)
    {
        buffer.WriteString("s"u8);
        buffer.WriteString(key);
        buffer.WriteInteger(modifiedAt);
    }
}
