using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

/// <summary>Whatever happens to the bytes of a layer, a reader says so and gives nothing wrong before.</summary>
public sealed class LayerDamageTests
{
    private static readonly List<TestRecord> Small =
    [
        new("global", "gone", 1_767_225_600_000_000, null),
        new("global", "greeting", 1_767_225_600_000_001, [0xA5, .. "hello"u8]),
        new("user:1", "settings", 1_767_225_600_000_002, [0x81, 0xA5, .. "theme"u8, 0xA4, .. "dark"u8]),
    ];

    [Theory]
    [InlineData(LayerCodec.None)]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task Every_flipped_bit_is_found(LayerCodec codec)
    {
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, Small, codec);
        foreach (string path in storage.Files.Keys)
        {
            byte[] whole = storage.Files[path];
            for (int bit = 0; bit < whole.Length * 8; bit++)
            {
                byte[] damaged = [.. whole];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                storage.Files[path] = damaged;
                await AssertDamagedAsync(storage, layer, path);
            }

            storage.Files[path] = whole;
        }

        Assert.Equal(Small, await TestLayers.ReadAsync(storage, layer));
    }

    [Theory]
    [InlineData(LayerCodec.None)]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.Lz4)]
    public async Task Every_truncation_and_every_byte_too_many_is_found(LayerCodec codec)
    {
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, Small, codec);
        foreach (string path in storage.Files.Keys)
        {
            byte[] whole = storage.Files[path];
            for (int length = 0; length < whole.Length; length++)
            {
                storage.Files[path] = whole[..length];
                await AssertDamagedAsync(storage, layer, path);
            }

            storage.Files[path] = [.. whole, 0];
            await AssertDamagedAsync(storage, layer, path);
            storage.Files.Remove(path, out _);
            await AssertDamagedAsync(storage, layer, path);
            storage.Files[path] = whole;
        }
    }

    [Fact]
    public async Task Files_of_another_layer_under_this_ones_name_are_found()
    {
        MemoryStorage storage = new();
        ManifestLayer one = await TestLayers.WriteAsync(storage, Small, id: "one");
        ManifestLayer two = await TestLayers.WriteAsync(storage, [.. Small.Select(record => record with { ModifiedAt = record.ModifiedAt + 1 })], id: "two");
        Assert.Equal(one.DataBytes, two.DataBytes);
        Assert.Equal(one.IndexBytes, two.IndexBytes);

        MemoryStorage swappedData = storage.Copy();
        swappedData.Files["layers/one.msgpack"] = storage.Files["layers/two.msgpack"];
        await AssertDamagedAsync(swappedData, one, "layers/one.msgpack");

        MemoryStorage swappedIndex = storage.Copy();
        swappedIndex.Files["layers/one.index"] = storage.Files["layers/two.index"];
        await AssertDamagedAsync(swappedIndex, one, "layers/one.index");

        MemoryStorage swappedBoth = swappedData.Copy();
        swappedBoth.Files["layers/one.index"] = storage.Files["layers/two.index"];
        await AssertDamagedAsync(swappedBoth, one, "layers/one.index");

        // Even a manifest that was made to agree with the other layer's hashes does not fit the id in its index.
        BackupDamagedException e = await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.ReadAsync(swappedBoth, two with { Id = one.Id }));
        Assert.Contains("\"two\", expected \"one\"", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_damaged_block_is_reported_and_not_only_the_first()
    {
        MemoryStorage storage = new();
        List<TestRecord> records = [.. Enumerable.Range(0, 8).Select(i => new TestRecord("s", $"k{i}", i, TestLayers.Binary(new Random(i), 700_000)))];
        ManifestLayer layer = await TestLayers.WriteAsync(storage, records, LayerCodec.Zstd);
        string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        byte[] damaged = storage.Files[path];
        Assert.Equal(8, layer.Blocks);
        damaged[100] ^= 1;
        damaged[(3 * 700_000) + 350_000] ^= 1;
        storage.Files[path] = damaged[..^350_000];

        List<BackupDamagedException> found = [];
        Assert.False(await TestLayers.VerifyAsync(storage, layer, found.Add));

        Assert.All(found, damage => Assert.Equal(path, damage.File));
        Assert.Equal([null, 0, 3, 7], found.Select(damage => damage.Block));
        Assert.Contains("XXH3-128", found[1].Message, StringComparison.Ordinal);
        Assert.Contains("the file ends at byte", found[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_index_does_not_hide_damage_of_the_data()
    {
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, Small);
        storage.Files[RepositoryPaths.LayerData(layer.Id, layer.Codec)][5] ^= 1;
        storage.Files.Remove(RepositoryPaths.LayerIndex(layer.Id), out _);

        List<BackupDamagedException> found = [];
        Assert.False(await TestLayers.VerifyAsync(storage, layer, found.Add));

        Assert.Equal(
            [RepositoryPaths.LayerIndex(layer.Id), RepositoryPaths.LayerData(layer.Id, layer.Codec)],
            found.Select(damage => damage.File));
    }

    [Fact]
    public async Task What_the_manifest_says_of_the_layer_must_be_so()
    {
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, Small);
        ManifestLayer[] lies =
        [
            layer with { Records = layer.Records + 1 },
            layer with { Tombstones = layer.Tombstones - 1 },
            layer with { Blocks = layer.Blocks + 1 },
            layer with { RawBytes = layer.RawBytes - 1, DataBytes = layer.DataBytes },
            layer with { DataSha256 = new string('0', 64) },
            layer with { IndexSha256 = new string('0', 64) },
            layer with { DataBytes = layer.DataBytes + 1 },
            layer with { IndexBytes = layer.IndexBytes - 1 },
        ];
        foreach (ManifestLayer lie in lies)
        {
            await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.ReadAsync(storage, lie));
        }
    }

    [Theory]
    [InlineData(LayerCodec.None, 41)]
    [InlineData(LayerCodec.Zstd, 42)]
    [InlineData(LayerCodec.Lz4, null)]
    public async Task Random_changes_to_the_bytes_are_found(LayerCodec codec, int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        MemoryStorage storage = new();
        ManifestLayer layer = await TestLayers.WriteAsync(storage, TestLayers.Random(random, 200), codec);
        string[] paths = [.. storage.Files.Keys];
        for (int round = 0; round < 400; round++)
        {
            string path = paths[random.Next(paths.Length)];
            byte[] whole = storage.Files[path];
            byte[] mutated = Mutation.Of(whole, random);
            if (!mutated.AsSpan().SequenceEqual(whole))
            {
                storage.Files[path] = mutated;
                await AssertDamagedAsync(storage, layer, path);
                storage.Files[path] = whole;
            }
        }
    }

    private static async Task AssertDamagedAsync(MemoryStorage storage, ManifestLayer layer, string path)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Equal(path, (await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.ReadAsync(storage, layer))).File);

        List<BackupDamagedException> found = [];
        Assert.False(await TestLayers.VerifyAsync(storage, layer, found.Add));
        Assert.Contains(found, damage => damage.File == path);

        found.Clear();
        Assert.False(await LayerVerifier.VerifyBytesAsync(storage, layer, found.Add, token));
        Assert.Contains(found, damage => damage.File == path);
    }
}
