using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

public sealed class LayerMergeTests(ITestOutputHelper output)
{
    private readonly MemoryStorage _storage = new();

    [Theory]
    [InlineData(LayerCodec.None)]
    [InlineData(LayerCodec.Lz4)]
    [InlineData(LayerCodec.Zstd)]
    public async Task Random_layers_merge_as_a_dictionary_does(LayerCodec codec)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        int copied = 0;
        for (int round = 0; round < 40; round++)
        {
            bool keepTombstones = random.Next(2) == 0;
            SortedDictionary<StateKey, TestRecord> model = [];
            List<ManifestLayer> layers = [];
            int read = 0;
            for (int i = random.Next(2, 18); i > 0; i--)
            {
                List<TestRecord> records = RandomLayer(random);
                read += records.Count;
                layers.Add(await TestLayers.WriteAsync(_storage, records, random.Next(4) == 0 ? LayerCodec.None : codec));
                foreach (TestRecord record in records)
                {
                    model[(record.Scope, record.Key)] = record;
                }
            }

            TestRecord[] expected = [.. model.Values.Where(record => keepTombstones || record.Value is not null)];
            (ManifestLayer? merged, MergeSums sums, StateSum written) = await MergeAsync(_storage, layers, codec, keepTombstones, minCopiedBytes: 1);
            Assert.Equal(expected, merged is null ? [] : await TestLayers.ReadAsync(_storage, merged));
            Assert.True(sums.Balance);
            Assert.Equal(read, sums.Read.Records);
            Assert.Equal(expected.Length, sums.Written.Records);
            Assert.Equal(StateOf(expected), written);
            copied += sums.CopiedBlocks;
        }

        Assert.True(copied > 20, $"only {copied} blocks were copied");
    }

    [Fact]
    public async Task Blocks_that_no_other_layer_touches_are_copied_as_they_are_stored()
    {
        TestRecord[] records = [.. Enumerable.Range(0, 60).Select(i => new TestRecord("s", $"k{i:00}", i, TestLayers.Binary(new Random(i), 100_000)))];
        ManifestLayer whole = await TestLayers.WriteAsync(_storage, records, LayerCodec.Zstd, level: 1);
        TestRecord change = new("s", "k35", 99, [1]);
        ManifestLayer changes = await TestLayers.WriteAsync(_storage, [change], LayerCodec.Zstd, level: 19);

        (ManifestLayer? merged, MergeSums sums, _) = await MergeAsync(_storage, [whole, changes], LayerCodec.Zstd, keepTombstones: false);
        Assert.Equal(whole.Blocks - 1, sums.CopiedBlocks);
        Assert.Equal([.. records[..35], change, .. records[36..]], await TestLayers.ReadAsync(_storage, merged!));

        // Beyond the change the stored bytes are the same to the end.
        byte[] before = Data(whole);
        byte[] after = Data(merged!);
        int tail = 20 * 100_000;
        Assert.Equal(before[^tail..], after[^tail..]);
    }

    [Fact]
    public async Task Blocks_of_another_codec_are_compressed_again()
    {
        TestRecord[] records = [.. Enumerable.Range(0, 30).Select(i => new TestRecord("s", $"k{i:00}", i, TestLayers.Binary(new Random(i), 100_000)))];
        ManifestLayer whole = await TestLayers.WriteAsync(_storage, records, LayerCodec.Lz4);
        ManifestLayer changes = await TestLayers.WriteAsync(_storage, [new("s", "a", 1, [1])], LayerCodec.Zstd);
        (ManifestLayer? merged, MergeSums sums, _) = await MergeAsync(_storage, [whole, changes], LayerCodec.Zstd, keepTombstones: true);
        Assert.Equal(0, sums.CopiedBlocks);
        Assert.Equal(31, (await TestLayers.ReadAsync(_storage, merged!)).Count);
    }

    [Fact]
    public async Task A_block_with_a_tombstone_is_copied_only_where_tombstones_are_kept()
    {
        TestRecord[] records = [.. Enumerable.Range(0, 9).Select(i => new TestRecord("s", $"k{i:00}", i, i == 4 ? null : TestLayers.Binary(new Random(i), 100_000)))];
        ManifestLayer older = await TestLayers.WriteAsync(_storage, [new("s", "a", 1, [1])]);
        ManifestLayer newer = await TestLayers.WriteAsync(_storage, records);
        (ManifestLayer? kept, MergeSums sums, _) = await MergeAsync(_storage, [older, newer], LayerCodec.None, keepTombstones: true, minCopiedBytes: 1);
        Assert.Equal(2, sums.CopiedBlocks);
        Assert.Equal(1, kept!.Tombstones);
        (ManifestLayer? whole, sums, _) = await MergeAsync(_storage, [older, newer], LayerCodec.None, keepTombstones: false, minCopiedBytes: 1);
        Assert.Equal(1, sums.CopiedBlocks);
        Assert.Equal(0, whole!.Tombstones);
        Assert.Equal(9, whole.Records);
    }

    [Fact]
    public async Task Layers_that_are_merged_again_and_again_do_not_crumble_into_small_blocks()
    {
        Random random = new(7);
        SortedDictionary<string, TestRecord> model = [];
        for (int i = 0; i < 2_000; i++)
        {
            model[$"k{i:0000}"] = new TestRecord("s", $"k{i:0000}", i, TestLayers.Binary(random, 2_000));
        }

        ManifestLayer layer = await TestLayers.WriteAsync(_storage, model.Values);
        for (int merge = 1; merge <= 60; merge++)
        {
            string key = $"k{random.Next(2_000):0000}" + (merge % 2 == 0 ? "" : "x");
            model[key] = new TestRecord("s", key, merge, TestLayers.BinaryOf(random, random.Next(4_000)));
            ManifestLayer change = await TestLayers.WriteAsync(_storage, [model[key]]);
            (ManifestLayer? merged, MergeSums sums, _) = await MergeAsync(_storage, [layer, change], LayerCodec.None, keepTombstones: false);
            Assert.InRange(sums.CopiedBlocks, layer.Blocks / 3, layer.Blocks);
            layer = merged!;
        }

        Assert.Equal(model.Values, await TestLayers.ReadAsync(_storage, layer));
        Assert.True(layer.Blocks <= 4 * layer.RawBytes / LayerLimits.MaxBlockBytes, $"{layer.Blocks} blocks for {layer.RawBytes} bytes");
    }

    [Fact]
    public async Task A_record_over_the_size_of_a_block_is_copied_and_overridden_as_any_other()
    {
        TestRecord large = new("s", "large", 1, TestLayers.Binary(new Random(1), 3_000_000));
        ManifestLayer older = await TestLayers.WriteAsync(_storage, [new("s", "a", 1, [1]), large, new("s", "z", 1, [1])], LayerCodec.Zstd);
        ManifestLayer newer = await TestLayers.WriteAsync(_storage, [new("s", "a", 2, [2])], LayerCodec.Zstd);
        (ManifestLayer? merged, MergeSums sums, _) = await MergeAsync(_storage, [older, newer], LayerCodec.Zstd, keepTombstones: true);
        Assert.Equal(1, sums.CopiedBlocks);
        Assert.Equal([new("s", "a", 2, [2]), large, new("s", "z", 1, [1])], await TestLayers.ReadAsync(_storage, merged!));

        ManifestLayer last = await TestLayers.WriteAsync(_storage, [new("s", "z", 3, [3])], LayerCodec.Zstd);
        ManifestLayer first = await TestLayers.WriteAsync(_storage, [large, new("s", "y", 1, [1])], LayerCodec.Zstd);
        (merged, sums, _) = await MergeAsync(_storage, [first, last], LayerCodec.Zstd, keepTombstones: true);
        Assert.Equal(1, sums.CopiedBlocks);
        Assert.Equal([large, new("s", "y", 1, [1]), new("s", "z", 3, [3])], await TestLayers.ReadAsync(_storage, merged!));
    }

    [Fact]
    public async Task Damage_in_any_block_of_any_layer_stops_the_merge()
    {
        List<ManifestLayer> layers = [];
        for (int i = 0; i < 3; i++)
        {
            Random random = new(i);
            layers.Add(await TestLayers.WriteAsync(
                _storage, Enumerable.Range(0, 25).Select(n => new TestRecord("s", $"k{i}{n:00}", n, TestLayers.Binary(random, 100_000)))));
        }

        foreach (ManifestLayer layer in layers)
        {
            string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
            byte[] whole = _storage.Files[path];
            foreach (int at in (int[])[0, whole.Length / 2, whole.Length - 1])
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= 1;
                _storage.Files[path] = damaged;
                BackupDamagedException e = await Assert.ThrowsAsync<BackupDamagedException>(
                    () => MergeAsync(_storage, layers, LayerCodec.None, keepTombstones: true));
                Assert.Equal(path, e.File);
            }

            _storage.Files[path] = whole;
        }
    }

    [Fact]
    public async Task A_block_that_comes_before_what_was_written_is_refused()
    {
        ManifestLayer layer = await TestLayers.WriteAsync(_storage, [new("s", "b", 1, [1])]);
        await using MergeSource source = await OpenAsync(_storage, layer, depth: 1, keepStored: true);
        await source.LoadAsync(TestContext.Current.CancellationToken);
        await using LayerWriter writer = await LayerWriter.BeginAsync(_storage, LayerId.New(), LayerCodec.None, 1, TestContext.Current.CancellationToken);
        writer.AddBlock(source.Block, source.BlockEntry);
        writer.AddBlock(source.Block, source.BlockEntry);
        await Assert.ThrowsAsync<StateCorruptException>(() => writer.FinishBlocksAsync(TestContext.Current.CancellationToken));
    }

    private static StateSum StateOf(IEnumerable<TestRecord> records)
    {
        StateSum sum = default;
        foreach (TestRecord record in records.Where(static record => record.Value is not null))
        {
            sum.Add(EntryHash.Of(record.ScopeBytes, record.KeyBytes, record.Value));
        }

        return sum;
    }

    private static async Task<(ManifestLayer? Merged, MergeSums Sums, StateSum Written)> MergeAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, LayerCodec codec, bool keepTombstones, int? minCopiedBytes = null)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        List<MergeSource> sources = [];
        try
        {
            foreach (ManifestLayer layer in layers)
            {
                sources.Add(await OpenAsync(storage, layer, depth: 1 + (sources.Count % 3), layer.Codec == codec));
            }

            await using LayerWriter writer = await LayerWriter.BeginAsync(storage, LayerId.New(), codec, 3, cancel);
            MergeOutput merged = new(writer, keepTombstones, minCopiedBytes ?? MergeLimits.Default.MinCopiedBytes);
            MergeSums sums = await LayerMerge.RunAsync(sources, merged, cancel);
            await writer.FinishBlocksAsync(cancel);
            return (writer.Records == 0 ? null : await writer.CompleteAsync(TestLayers.Backup, cancel), sums, writer.Sum);
        }
        finally
        {
            foreach (MergeSource source in sources)
            {
                await source.DisposeAsync();
            }
        }
    }

    private static Task<MergeSource> OpenAsync(IRepositoryStorage storage, ManifestLayer layer, int depth, bool keepStored) =>
        MergeSource.OpenAsync(storage, layer, depth, keepStored, TestContext.Current.CancellationToken);

    private byte[] Data(ManifestLayer layer) => _storage.Files[RepositoryPaths.LayerData(layer.Id, layer.Codec)];

    /// <summary>Layers of one to many blocks; some lie in a range of keys of their own, so that blocks can be copied.</summary>
    private static List<TestRecord> RandomLayer(Random random)
    {
        string scope = random.Next(3) == 0 ? $"own:{random.Next(40):00}" : "shared";
        int keys = random.Next(1, 200);
        int longest = random.Next(10) == 0 ? 60_000 : 60;
        double tombstones = random.NextDouble() / 2;
        SortedDictionary<StateKey, TestRecord> records = [];
        for (int n = random.Next(1, keys + 1); n > 0; n--)
        {
            string key = $"k{random.Next(keys)}";
            byte[]? value = random.NextDouble() < tombstones ? null : TestLayers.BinaryOf(random, random.Next(longest));
            records[(scope, key)] = new TestRecord(scope, key, random.Next(), value);
        }

        return [.. records.Values];
    }
}
