using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

public sealed class LayerRoundTripTests
{
    private const int MaxBlock = 1 << 20;

    private readonly MemoryStorage _storage = new();

    [Theory]
    [InlineData(LayerCodec.None, 1, 11)]
    [InlineData(LayerCodec.Zstd, 1, 12)]
    [InlineData(LayerCodec.Zstd, 3, null)]
    [InlineData(LayerCodec.Zstd, 19, 13)]
    [InlineData(LayerCodec.Lz4, 1, null)]
    public async Task Random_records_come_back_as_they_were(LayerCodec codec, int level, int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        List<TestRecord> records = TestLayers.Random(new Random(seed), 20_000, maxValue: 300);

        ManifestLayer layer = await TestLayers.WriteAsync(_storage, records, codec, level);

        Assert.Equal(records, await TestLayers.ReadAsync(_storage, layer));
        Assert.Equal(records.Count, layer.Records);
        Assert.Equal(records.Count(record => record.Value is null), layer.Tombstones);
        Assert.True(layer.Blocks > 2, $"{layer.Blocks} blocks");
        Assert.Equal(codec == LayerCodec.None, layer.DataBytes == layer.RawBytes);
        Assert.True(await TestLayers.VerifyAsync(_storage, layer, Fail));
        Assert.True(await LayerVerifier.VerifyBytesAsync(_storage, layer, Fail, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(LayerCodec.None)]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task One_record_makes_a_layer(LayerCodec codec)
    {
        List<TestRecord> records = [new("s", "k", 0, [0xC2])];

        ManifestLayer layer = await TestLayers.WriteAsync(_storage, records, codec);

        Assert.Equal(records, await TestLayers.ReadAsync(_storage, layer));
        Assert.Equal(1, layer.Blocks);
        Assert.Equal(7, layer.RawBytes);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task A_block_closes_before_the_record_that_would_take_it_beyond_a_mebibyte(int beyond, int blocks)
    {
        // Two records that fill a block to its last byte, or exceed it by one: [1] scope [2] key [2] time [1] value.
        Random random = new(21);
        List<TestRecord> records =
        [
            new("s", "a", 1, TestLayers.Binary(random, 500_000)),
            new("s", "b", 2, TestLayers.Binary(random, MaxBlock - 500_000 - 12 + beyond)),
        ];

        ManifestLayer layer = await TestLayers.WriteAsync(_storage, records);

        Assert.Equal(MaxBlock + beyond, layer.RawBytes);
        Assert.Equal(blocks, layer.Blocks);
        Assert.Equal(records, await TestLayers.ReadAsync(_storage, layer));
    }

    [Theory]
    [InlineData(MaxBlock - 6)]
    [InlineData(MaxBlock - 5)]
    [InlineData(MaxBlock)]
    [InlineData(3 * MaxBlock)]
    public async Task A_larger_record_is_a_block_of_its_own(int valueBytes)
    {
        Random random = new(22);
        List<TestRecord> records =
        [
            new("s", "a", 1, TestLayers.Binary(random, 10)),
            new("s", "b", 2, TestLayers.Binary(random, valueBytes)),
            new("s", "c", 3, TestLayers.Binary(random, 10)),
            new("s", "d", 4, null),
        ];

        foreach (LayerCodec codec in Enum.GetValues<LayerCodec>())
        {
            ManifestLayer layer = await TestLayers.WriteAsync(_storage, records, codec);

            Assert.Equal(3, layer.Blocks);
            Assert.Equal(records, await TestLayers.ReadAsync(_storage, layer));
        }
    }

    [Theory]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task The_longest_record_can_be_stored_whether_it_compresses_or_not(LayerCodec codec)
    {
        Random random = new(23);
        string scope = new('s', StateKey.MaxScopeBytes);
        List<TestRecord> records =
        [
            new(scope, new string('k', StateKey.MaxKeyBytes), ManifestLimits.MaxMoment, TestLayers.Binary(random, StateValue.MaxBytes)),
            new(scope, new string('l', StateKey.MaxKeyBytes), ManifestLimits.MaxMoment, [0xC6, 0x03, 0xFF, 0xFF, 0xFB, .. new byte[StateValue.MaxBytes - 5]]),
        ];

        ManifestLayer layer = await TestLayers.WriteAsync(_storage, records, codec, level: 1);

        Assert.Equal(2L * LayerLimits.MaxRecordBytes, layer.RawBytes);
        Assert.Equal(records, await TestLayers.ReadAsync(_storage, layer));
    }

    [Fact]
    public async Task The_same_records_give_the_same_bytes_whatever_the_threads_do()
    {
        foreach (LayerCodec codec in Enum.GetValues<LayerCodec>())
        {
            List<TestRecord> records = TestLayers.Random(new Random(24), 20_000);
            MemoryStorage again = new();

            ManifestLayer first = await TestLayers.WriteAsync(_storage, records, codec, id: "same");
            ManifestLayer second = await TestLayers.WriteAsync(again, records, codec, id: "same");

            Assert.Equal(first, second);
            Assert.Equal(_storage.Files[RepositoryPaths.LayerData(first.Id, codec)], again.Files[RepositoryPaths.LayerData(first.Id, codec)]);
            _storage.Files.Clear();
        }
    }

    [Fact]
    public async Task A_layer_without_records_is_not_written()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using (LayerWriter writer = await LayerWriter.BeginAsync(_storage, LayerId.New(), LayerCodec.Zstd, 3, token))
        {
            Assert.Equal(0, writer.Records);
            await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(TestLayers.Backup, token));
        }

        Assert.Empty(_storage.Files);
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("b", "b")]
    public async Task Keys_that_do_not_ascend_are_refused(string first, string second)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using LayerWriter writer = await LayerWriter.BeginAsync(_storage, LayerId.New(), LayerCodec.None, 1, token);
        TestLayers.Add(writer, [new TestRecord("s", first, 1, null), new TestRecord("s", second, 2, null)]);

        StateCorruptException e = await Assert.ThrowsAsync<StateCorruptException>(() => writer.CompleteAsync(TestLayers.Backup, token));
        Assert.Contains($"after s/{first} and up to s/{second}: record 1 at byte", e.Message, StringComparison.Ordinal);
        Assert.Contains("does not come after the one before it", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Keys_that_do_not_ascend_from_block_to_block_are_refused()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        byte[] large = TestLayers.Binary(new Random(1), LayerLimits.MaxBlockBytes);
        await using LayerWriter writer = await LayerWriter.BeginAsync(_storage, LayerId.New(), LayerCodec.None, 1, token);

        StateCorruptException e = await Assert.ThrowsAsync<StateCorruptException>(async () =>
        {
            TestLayers.Add(writer, [new TestRecord("s", "b", 1, large), new TestRecord("s", "a", 2, large)]);
            await writer.CompleteAsync(TestLayers.Backup, token);
        });
        Assert.Contains("out of order: s/a does not come after the one before it", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void A_level_that_zstd_does_not_have_is_refused(int level)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            LayerWriter.BeginAsync(_storage, LayerId.New(), LayerCodec.Zstd, level, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        });
    }

    [Fact]
    public async Task What_a_reader_would_refuse_is_never_written()
    {
        TestRecord[] unreadable =
        [
            new("s", "k", 1, [0xC1]),
            new("s", "k", 1, []),
            new("s", "k", 1, [0x01, 0x02]),
            new("s", "k", 1, [0xC0]),
            new("s", "k", -1, [0x01]),
            new("s", "k\0", 1, [0x01]),
            new("", "k", 1, [0x01]),
            new("s", "", 1, null),
            new(new string('s', 256), "k", 1, null),
            new("s", new string('k', 1025), 1, null),
        ];
        foreach (TestRecord record in unreadable)
        {
            await Assert.ThrowsAsync<StateCorruptException>(() => TestLayers.WriteAsync(_storage, [record]));
            Assert.Empty(_storage.Files);
        }
    }

    private static void Fail(BackupDamagedException damage) => Assert.Fail(damage.Message);
}
