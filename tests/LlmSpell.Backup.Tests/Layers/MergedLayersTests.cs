using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

public sealed class MergedLayersTests
{
    private readonly MemoryStorage _storage = new();

    [Fact]
    public async Task No_layers_are_the_empty_state()
    {
        Assert.Empty(await TestLayers.MergeAsync(_storage, []));
    }

    [Fact]
    public async Task A_later_layer_wins_and_a_tombstone_leaves_its_key_out()
    {
        ManifestLayer first = await TestLayers.WriteAsync(_storage, [new("s", "a", 1, [1]), new("s", "b", 1, [1]), new("s", "c", 1, [1])]);
        ManifestLayer second = await TestLayers.WriteAsync(_storage, [new("r", "new", 2, [2]), new("s", "a", 2, null), new("s", "b", 2, [2])]);
        ManifestLayer third = await TestLayers.WriteAsync(_storage, [new("s", "a", 3, [3]), new("s", "c", 3, null)]);

        Assert.Equal(
            [new TestRecord("r", "new", 2, [2]), new TestRecord("s", "a", 3, [3]), new TestRecord("s", "b", 2, [2])],
            await TestLayers.MergeAsync(_storage, [first, second, third]));
    }

    [Fact]
    public async Task A_tombstone_of_a_key_that_was_never_there_is_right()
    {
        ManifestLayer first = await TestLayers.WriteAsync(_storage, [new("s", "b", 1, [1])]);
        ManifestLayer second = await TestLayers.WriteAsync(_storage, [new("s", "a", 2, null), new("s", "c", 2, null)]);

        Assert.Equal([new TestRecord("s", "b", 1, [1])], await TestLayers.MergeAsync(_storage, [first, second]));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(null)]
    public async Task Random_layers_merge_as_a_dictionary_does(int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 12; round++)
        {
            SortedDictionary<StateKey, TestRecord> model = [];
            List<ManifestLayer> layers = [];
            int count = random.Next(1, 18);
            int keys = random.Next(1, 400);
            for (int i = 0; i < count; i++)
            {
                List<TestRecord> records = RandomLayer(random, keys, tombstones: i == 0 ? 0 : random.NextDouble(), large: round == 0);
                layers.Add(await TestLayers.WriteAsync(_storage, records, (LayerCodec)random.Next(3)));
                foreach (TestRecord record in records)
                {
                    if (record.Value is null)
                    {
                        model.Remove((record.Scope, record.Key));
                    }
                    else
                    {
                        model[(record.Scope, record.Key)] = record;
                    }
                }
            }

            Assert.Equal(model.Values, await TestLayers.MergeAsync(_storage, layers));
        }
    }

    [Fact]
    public async Task Damage_in_any_of_the_layers_stops_the_merge()
    {
        List<ManifestLayer> layers = [];
        for (int i = 0; i < 3; i++)
        {
            layers.Add(await TestLayers.WriteAsync(_storage, TestLayers.Random(new Random(i), 50, tombstones: 0)));
        }

        foreach (ManifestLayer layer in layers)
        {
            string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
            byte[] whole = _storage.Files[path];
            byte[] damaged = [.. whole];
            damaged[^1] ^= 1;
            _storage.Files[path] = damaged;
            BackupDamagedException e = await Assert.ThrowsAsync<BackupDamagedException>(() => TestLayers.MergeAsync(_storage, layers));
            Assert.Equal(path, e.File);
            Assert.Equal(0, e.Block);
            _storage.Files[path] = whole;
        }
    }

    private static List<TestRecord> RandomLayer(Random random, int keys, double tombstones, bool large)
    {
        SortedDictionary<StateKey, TestRecord> records = [];
        for (int n = random.Next(1, keys + 1); n > 0; n--)
        {
            string key = $"k{random.Next(keys)}";
            byte[]? value = random.NextDouble() < tombstones ? null : TestLayers.BinaryOf(random, large ? 20_000 : random.Next(50));
            records[("s", key)] = new TestRecord("s", key, random.Next(), value);
        }

        return [.. records.Values];
    }
}
