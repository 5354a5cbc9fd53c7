using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class ModelTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(StoreKind.Memory, LayerCodec.Zstd)]
    [InlineData(StoreKind.Sqlite, LayerCodec.Zstd)]
    [InlineData(StoreKind.RocksDb, LayerCodec.Zstd)]
    [InlineData(StoreKind.Sqlite, LayerCodec.Lz4)]
    [InlineData(StoreKind.Sqlite, LayerCodec.None)]
    public async Task Every_backup_of_a_chain_restores_in_any_order_and_work_goes_on_after(StoreKind kind, LayerCodec codec)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using BackupFixture fixture = new(kind, options => options with { Codec = codec });
        StateModel model = new();
        List<(BackupId Id, StateModel Model, IReadOnlyList<string> Content)> taken = [];

        for (int i = 0; i <= 6; i++)
        {
            model.Mutate(fixture.Store, random, 60);
            if (i == 3)
            {
                fixture.Store.Clear("global");
                model = EmptyScope(model, fixture.Store, "global");
            }

            BackupSummary backup = await fixture.CreateAsync(incremental: i > 0);
            Assert.Equal(i > 0, backup.IsIncremental);
            Assert.Equal(model.Count, backup.Manifest.Entries);
            taken.Add((backup.Id, model.Copy(), StateContent.Read(fixture.Store)));
        }

        foreach (int index in Enumerable.Range(0, 7).OrderBy(_ => random.Next()).Concat([0, 6]))
        {
            await fixture.Service.RestoreAsync(taken[index].Id.Value, TestContext.Current.CancellationToken);
            taken[index].Model.AssertEquals(fixture.Store);
            Assert.Equal(taken[index].Content, StateContent.Read(fixture.Store));

            StateModel after = taken[index].Model.Copy();
            after.Mutate(fixture.Store, random, 20);
            BackupSummary next = await fixture.CreateAsync(incremental: true);
            Assert.True(next.IsIncremental, next.Manifest.Reason);
            Assert.Equal(taken[index].Id, next.Manifest.Parent);
            after.Mutate(fixture.Store, random, 20);
            BackupSummary second = await fixture.CreateAsync(incremental: true);
            Assert.Equal(next.Id, second.Manifest.Parent);
            IReadOnlyList<string> expected = StateContent.Read(fixture.Store);
            after.AssertEquals(fixture.Store);
            Assert.Equal(expected, await fixture.ContentOfAsync(second.Id));
        }

        foreach (BackupSummary backup in (await fixture.Service.ListAsync(TestContext.Current.CancellationToken)).Backups)
        {
            ValidationReport report = await fixture.Service.ValidateAsync(backup.Id.Value, TestContext.Current.CancellationToken);
            Assert.True(report.IsValid, string.Join("; ", report.Errors.Select(error => error.Message)));
            Assert.Equal(backup.Manifest.Entries, report.Entries);
        }
    }

    private static StateModel EmptyScope(StateModel model, StateStore store, string scope)
    {
        StateModel after = model.Copy();
        after.Forget(scope);
        after.AssertEquals(store);
        return after;
    }
}
