using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Long random chains over a small state, with limits under which almost every other backup merges.</summary>
public sealed class MergeModelTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Memory, LayerCodec.Zstd, 200)]
    [InlineData(StoreKind.Memory, LayerCodec.Lz4, 200)]
    [InlineData(StoreKind.Memory, LayerCodec.None, 200)]
    [InlineData(StoreKind.Sqlite, LayerCodec.Zstd, 120)]
    [InlineData(StoreKind.RocksDb, LayerCodec.Zstd, 120)]
    public async Task Every_point_of_a_long_chain_is_the_state_it_was_taken_of(StoreKind kind, LayerCodec codec, int length)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        MergeLimits limits = new() { MaxLayers = random.Next(2, 6), NegligibleBytes = random.Next(4) * 1000, MinCopiedBytes = 1 + random.Next(200) };
        int? maxBackups = random.Next(2) == 0 ? 10 : 40;
        using BackupFixture fixture = new(kind, options => options with { Codec = codec, MergeLimits = limits, MaxBackups = maxBackups });
        StateModel model = new();
        Dictionary<BackupId, (StateModel Model, IReadOnlyList<string> Content)> taken = [];
        int merges = 0;
        int wholes = 0;

        for (int i = 0; i < length; i++)
        {
            model.Mutate(fixture.Store, random, random.Next(10) == 0 ? 80 : random.Next(4));
            CreateResult created = await fixture.Service.CreateAsync(new CreateRequest { Incremental = random.Next(40) != 0 && i > 0 }, Cancel);
            BackupManifest manifest = created.Backup.Manifest;
            Assert.Null(manifest.Reason);
            Assert.Empty(created.Warnings);
            Assert.Equal(model.Count, manifest.Entries);
            Assert.InRange(manifest.Layers.Count, 0, limits.MaxLayers);
            long changed = manifest.Layers.Skip(1).Sum(static layer => layer.RawBytes);
            Assert.True(manifest.Layers.Count < 2 || changed <= Math.Max(limits.NegligibleBytes, manifest.Layers[0].RawBytes / 2));
            merges += created.MergedLayers > 0 ? 1 : 0;
            wholes += created.MergedLayers > 0 && manifest.Layers.Count < 2 ? 1 : 0;
            taken[created.Backup.Id] = (model.Copy(), StateContent.Read(fixture.Store));

            if (random.Next(12) == 0)
            {
                BackupListing there = await fixture.Service.ListAsync(Cancel);
                BackupSummary[] candidates = [.. there.Backups.Where(backup => taken.ContainsKey(backup.Id))];
                BackupId id = candidates[random.Next(candidates.Length)].Id;
                Assert.Equal(taken[id].Content, await fixture.ContentOfAsync(id));
                if (random.Next(4) == 0)
                {
                    await fixture.Service.RestoreAsync(id.Value, Cancel);
                    model = taken[id].Model.Copy();
                    model.AssertEquals(fixture.Store);
                }
            }
        }

        BackupListing left = await fixture.Service.ListAsync(Cancel);
        foreach (BackupSummary backup in left.Backups)
        {
            ValidationReport report = await fixture.Service.ValidateAsync(backup.Id.Value, Cancel);
            Assert.True(report.IsValid, string.Join("; ", report.Errors.Select(error => error.Message)));
        }

        output.WriteLine($"{merges} merges, {wholes} of everything");
        Assert.True(merges > length / 20);
        Assert.True(wholes > 0);
    }
}
