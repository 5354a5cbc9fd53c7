using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Backups know nothing of the database that they were made from.</summary>
public sealed class AcrossBackendsTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<StoreKind, StoreKind> Pairs => new(Enum.GetValues<StoreKind>(), Enum.GetValues<StoreKind>());

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_backup_of_one_backend_restores_into_another_and_work_goes_on_there(StoreKind from, StoreKind into)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using BackupFixture source = new(from);
        using TemporaryFolder folder = new();
        using StateStore target = new(into.Open(folder.Path), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = new(() => target, source.Storage, source.Options);
        StateModel model = new();
        for (int i = 0; i < 4; i++)
        {
            model.Mutate(source.Store, random, 80);
            BackupSummary backup = await source.CreateAsync(incremental: i > 0);

            await service.RestoreAsync(backup.Id.Value, Cancel);

            Assert.Equal(source.Store.ReadStatus().Fingerprint, target.ReadStatus().Fingerprint);
            Assert.Equal(StateContent.Read(source.Store), StateContent.Read(target));
            StateModel here = model.Copy();
            here.Mutate(target, random, 20);
            CreateResult next = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
            Assert.Equal(StateContent.Read(target), await source.ContentOfAsync(next.Backup.Id));
        }
    }

    [Fact]
    public async Task An_incremental_of_a_view_beside_the_writer_is_one_like_any_other()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using BackupFixture fixture = new(StoreKind.RocksDb);
        StateModel model = new();
        model.Mutate(fixture.Store, random, 100);
        BackupSummary full = await CreateBesideAsync(fixture, incremental: false);
        Assert.False(full.IsIncremental);
        for (int i = 0; i < 5; i++)
        {
            model.Mutate(fixture.Store, random, 30);

            BackupSummary backup = await CreateBesideAsync(fixture, incremental: true);

            Assert.True(backup.IsIncremental, backup.Manifest.Reason);
            Assert.Equal(fixture.Store.ReadStatus().Version.Token, backup.Manifest.Version.Token);
            Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(backup.Id));
        }

        // The process that has the store goes on from there.
        model.Mutate(fixture.Store, random, 30);
        BackupSummary own = await fixture.CreateAsync(incremental: true);
        Assert.True(own.IsIncremental, own.Manifest.Reason);
    }

    private static async Task<BackupSummary> CreateBesideAsync(BackupFixture fixture, bool incremental)
    {
        using StateStore view = new(
            RocksDbView.Open(new RocksDbOptions { Folder = fixture.StateFolder }), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = new(() => view, fixture.Storage, fixture.Options);
        return (await service.CreateAsync(new CreateRequest { Incremental = incremental }, Cancel)).Backup;
    }
}
