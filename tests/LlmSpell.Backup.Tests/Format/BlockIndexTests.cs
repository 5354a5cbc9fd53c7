using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup.Tests;

/// <summary>Indexes that somebody made on purpose: every claim is checked before it is used.</summary>
public sealed class BlockIndexTests
{
    private const string File = "layers/crafted.index";

    private static readonly ManifestLayer Layer = CraftedLayer.Describe(LayerCodec.Zstd, new byte[30], [1], records: 3, tombstones: 1, rawBytes: 40) with { Blocks = 2 };

    [Fact]
    public void A_proper_index_is_read()
    {
        BlockIndex index = Read(Index());

        Assert.Equal(2, index.Count);
        Assert.Equal(10, index[1].Offset);
        Assert.Equal("a"u8, index.FirstKey(0));
        Assert.Equal("b"u8, index.LastKey(0));
        Assert.Equal("s"u8, index.LastScope(1));
        Assert.Equal((UInt128)7, index[1].Hash);
    }

    [Fact]
    public void Unknown_fields_are_ignored()
    {
        Read(Index(fields: 8, afterHeader: b =>
        {
            b.WriteString("unknown"u8);
            b.WriteArrayHeader(1);
            b.WriteMapHeader(0);
            b.WriteString("more"u8);
            b.WriteNil();
        }));
        Read(Index(second: b => Block(b, 10, 20, 20, 1, 0, "c", "c", extra: 2)));
    }

    [Fact]
    public void An_index_that_requires_what_is_not_known_is_refused_by_name()
    {
        StateUnsupportedException e = Assert.Throws<StateUnsupportedException>(() => Read(Index(requires: "history")));

        Assert.Contains("\"history\"", e.Message, StringComparison.Ordinal);
        Assert.Contains(File, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_refused_and_not_called_damaged()
    {
        Assert.Throws<StateUnsupportedException>(() => Read(Index(format: 2)));
        Assert.Throws<BackupDamagedException>(() => Read(Index(format: 0)));
    }

    public static TheoryData<string, byte[]> BadSecondBlocks { get; } = new()
    {
        { "a gap", CraftedLayer.Pack(b => Block(b, 11, 20, 20, 1, 0, "c", "c")) },
        { "an overlap", CraftedLayer.Pack(b => Block(b, 9, 20, 20, 1, 0, "c", "c")) },
        { "a negative offset", CraftedLayer.Pack(b => Block(b, -10, 20, 20, 1, 0, "c", "c")) },
        { "no bytes", CraftedLayer.Pack(b => Block(b, 10, 0, 20, 1, 0, "c", "c")) },
        { "a negative length", CraftedLayer.Pack(b => Block(b, 10, -1, 20, 1, 0, "c", "c")) },
        { "a length of 2^63-1", CraftedLayer.Pack(b => Block(b, 10, long.MaxValue, 20, 1, 0, "c", "c")) },
        { "more stored bytes than any codec makes", CraftedLayer.Pack(b => Block(b, 10, 2_000, 20, 1, 0, "c", "c")) },
        { "a raw length below the shortest record", CraftedLayer.Pack(b => Block(b, 10, 20, 5, 1, 0, "c", "c")) },
        { "a raw length above the longest record", CraftedLayer.Pack(b => Block(b, 10, 20, LayerLimits.MaxRecordBytes + 1L, 1, 0, "c", "c")) },
        { "two records in more than a mebibyte", CraftedLayer.Pack(b => Block(b, 10, 20, LayerLimits.MaxBlockBytes + 1L, 2, 0, "c", "d")) },
        { "no records", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 0, 0, "c", "c")) },
        { "more records than bytes allow", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 4, 0, "c", "d")) },
        { "2^31 records", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1L << 31, 0, "c", "d")) },
        { "more tombstones than records", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 2, "c", "c")) },
        { "negative tombstones", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, -1, "c", "c")) },
        { "a first key that does not come after the block before", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 0, "b", "b")) },
        { "a last key before the first", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 2, 0, "d", "c")) },
        { "one record with two keys", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 0, "c", "d")) },
        { "an empty key", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 0, "", "")) },
        { "a key that is too long", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 0, new string('k', 1025), new string('k', 1025))) },
        { "a hash of 15 bytes", CraftedLayer.Pack(b => Block(b, 10, 20, 20, 1, 0, "c", "c", hashBytes: 15)) },
        { "too few fields", CraftedLayer.Pack(b => { b.WriteArrayHeader(2); b.WriteInteger(10); b.WriteInteger(20); b.WriteBinary(new byte[40]); }) },
        { "a text for a number", CraftedLayer.Pack(b => { b.WriteArrayHeader(10); b.WriteString("10"u8); b.WriteBinary(new byte[60]); }) },
        { "fields to 2^32-1", CraftedLayer.Pack(b => { b.WriteByte(0xDD); b.WriteInteger(-1); b.WriteBinary(new byte[60]); }) },
    };

    [Theory]
    [MemberData(nameof(BadSecondBlocks))]
    public void A_block_that_cannot_be_is_damage(string what, byte[] second)
    {
        BackupDamagedException e = Assert.Throws<BackupDamagedException>(() => Read(Index(second: b => b.Write(second))));

        Assert.True(e.File == File, $"{what}: {e.Message}");
    }

    [Fact]
    public void Sums_must_be_those_of_the_manifest()
    {
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { DataBytes = 31 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { RawBytes = 41 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { Records = 4 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { Tombstones = 0 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { Blocks = 3 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { Codec = LayerCodec.Lz4 }));
        Assert.Throws<BackupDamagedException>(() => Read(Index(), Layer with { Id = TestLayers.Layer("other") }));
    }

    [Fact]
    public void A_count_of_blocks_takes_no_memory_before_the_blocks_are_there()
    {
        byte[] bytes = CraftedLayer.Pack(b =>
        {
            Header(b, 6, 1, null);
            b.WriteString("blocks"u8);
            b.WriteArrayHeader(LayerLimits.MaxBlocks);
            b.Write(new byte[LayerLimits.MaxBlocks]);
        });

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BackupDamagedException>(() => Read(bytes, Layer with { Blocks = LayerLimits.MaxBlocks }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(61)]
    [InlineData(null)]
    public void Mutated_indexes_are_read_or_damaged_and_nothing_else(int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[] proper = Index();
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            try
            {
                Read(Mutation.Of(proper, random));
            }
            catch (Exception e) when (e is BackupDamagedException or StateUnsupportedException)
            {
                refused++;
            }
        }

        Assert.True(refused > 10_000, $"only {refused} were refused with the seed {seed}");
    }

    private static BlockIndex Read(byte[] bytes, ManifestLayer? layer = null) => BlockIndex.Read(File, layer ?? Layer, bytes);

    private static byte[] Index(
        long format = 1, string? requires = null, int fields = 6, Action<PooledBuffer>? afterHeader = null, Action<PooledBuffer>? second = null) =>
        CraftedLayer.Pack(b =>
        {
            Header(b, fields, format, requires);
            afterHeader?.Invoke(b);
            b.WriteString("blocks"u8);
            b.WriteArrayHeader(2);
            Block(b, 0, 10, 20, 2, 1, "a", "b");
            (second ?? (static b => Block(b, 10, 20, 20, 1, 0, "c", "c")))(b);
        });

    private static void Header(PooledBuffer b, int fields, long format, string? requires)
    {
        b.WriteMapHeader(fields);
        b.WriteString("type"u8);
        b.WriteString("llmspell-index"u8);
        b.WriteString("format"u8);
        b.WriteInteger(format);
        b.WriteString("requires"u8);
        b.WriteArrayHeader(requires is null ? 0 : 1);
        if (requires is not null)
        {
            b.WriteString(requires);
        }

        b.WriteString("layer"u8);
        b.WriteString("crafted"u8);
        b.WriteString("codec"u8);
        b.WriteString("zstd"u8);
    }

    private static void Block(
        PooledBuffer b, long offset, long length, long rawLength, long records, long tombstones, string first, string last, int hashBytes = 16, int extra = 0)
    {
        b.WriteArrayHeader(10 + extra);
        b.WriteInteger(offset);
        b.WriteInteger(length);
        b.WriteInteger(rawLength);
        b.WriteInteger(records);
        b.WriteInteger(tombstones);
        b.WriteString("s"u8);
        b.WriteString(first);
        b.WriteString("s"u8);
        b.WriteString(last);
        byte[] hash = new byte[hashBytes];
        hash[^1] = 7;
        b.WriteBinary(hash);
        for (int i = 0; i < extra; i++)
        {
            b.WriteArrayHeader(0);
        }
    }
}
