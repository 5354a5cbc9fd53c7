using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Several stores on one file and one repository, as several processes have them, that do everything at once.</summary>
public sealed class ManyAtOnceTests(ITestOutputHelper output)
{
    private const int Workers = 4;
    private const int Rounds = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backups_restores_and_cleanups_at_once_leave_only_backups_that_restore()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using TemporaryFolder folder = new();
        SqliteBackend.Open(new SqliteOptions { Folder = folder["state"] }).Dispose();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(folder, new Random(seed + worker)), Cancel)));

        using StateStore store = OpenStore(folder);
        StateContent.Read(store);
        BackupService service = OpenService(folder, store);
        BackupListing listing = await service.ListAsync(Cancel);
        Assert.Empty(listing.Damaged);
        Assert.NotEmpty(listing.Backups);
        Assert.Equal(listing.Backups.Count, listing.Backups.Select(static backup => backup.Manifest.Ordinal).Distinct().Count());
        foreach (BackupSummary backup in listing.Backups)
        {
            await service.RestoreAsync(backup.Id.Value, Cancel);
            Assert.Equal(backup.Manifest.Fingerprint, store.ReadStatus().Fingerprint);
            StateContent.Read(store);
        }
    }

    private static async Task WorkAsync(TemporaryFolder folder, Random random)
    {
        using StateStore store = OpenStore(folder);
        BackupService service = OpenService(folder, store);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = random.Next(10); i >= 0; i--)
            {
                store.Save(("global", "key" + random.Next(50)), random.Next());
                store.Delete(("global", "key" + random.Next(50)));
            }

            try
            {
                await (random.Next(4) switch
                {
                    0 => RestoreAnyAsync(service, random),
                    1 => service.CleanupAsync(new CleanupRequest(), Cancel),
                    _ => CreateAsync(service, random.Next(4) > 0),
                });
            }
            catch (BackupNotFoundException)
            {
                // Another's cleanup took it.
            }
        }
    }

    private static async Task CreateAsync(BackupService service, bool incremental)
    {
        CreateResult made = await service.CreateAsync(new CreateRequest { Incremental = incremental }, Cancel);
        try
        {
            Assert.True((await service.ValidateAsync(made.Backup.Id.Value, Cancel)).IsValid);
        }
        catch (BackupNotFoundException)
        {
        }
    }

    private static async Task RestoreAnyAsync(BackupService service, Random random)
    {
        IReadOnlyList<BackupSummary> backups = (await service.ListAsync(Cancel)).Backups;
        if (backups.Count > 0)
        {
            await service.RestoreAsync(backups[random.Next(backups.Count)].Id.Value, Cancel);
        }
    }

    private static StateStore OpenStore(TemporaryFolder folder) => new(SqliteBackend.Open(new SqliteOptions { Folder = folder["state"] }));

    private static BackupService OpenService(TemporaryFolder folder, StateStore store) =>
        new(() => store, new FolderStorage(folder["backups"]), new BackupOptions { MaxBackups = 4 });
}
