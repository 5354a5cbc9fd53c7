using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class CreateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Memory)]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.RocksDb)]
    public async Task A_full_of_an_empty_state_restores_to_the_empty_state(StoreKind kind)
    {
        using BackupFixture fixture = new(kind);
        BackupSummary backup = await fixture.CreateAsync();
        Assert.Equal(0, backup.Manifest.Entries);
        Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);

        fixture.Store.Save(("global", "a"), 1);
        await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);
        Assert.Empty(StateContent.Read(fixture.Store));
    }

    [Fact]
    public async Task Beside_a_backup_with_the_highest_ordinal_none_is_made_and_its_manifest_is_named()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupManifest highest = repository.Backups[0] with { Ordinal = ManifestLimits.MaxNumber };
        repository.Storage.Files[RepositoryPaths.Manifest(highest.Id)] = ManifestJson.Write(highest);
        string[] before = [.. repository.Storage.Files.Keys.Order()];

        StateUnsupportedException refusal = await Assert.ThrowsAsync<StateUnsupportedException>(() => repository.CreateBackupAsync(incremental: true));

        Assert.Contains(RepositoryPaths.Manifest(highest.Id), refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Hint);
        Assert.Equal(before, repository.Storage.Files.Keys.Order());
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(-0.5, true)]
    [InlineData(1.5, false)]
    [InlineData(-50_000, false)]
    public async Task A_full_that_a_wrong_clock_dated_to_the_future_does_not_put_the_next_one_off_until_then(double hours, bool isIncremental)
    {
        using BackupFixture fixture = new();
        BackupSummary full = await fixture.CreateAsync();
        fixture.Options = fixture.Options with
        {
            FullBackupInterval = TimeSpan.FromHours(1),
            TimeProvider = new FakeTimeProvider(full.CreatedAt.AddHours(hours)),
        };
        fixture.Reopen();

        BackupSummary next = await fixture.CreateAsync(incremental: true);

        Assert.Equal(isIncremental, next.IsIncremental);
        Assert.Equal(!isIncremental, next.Manifest.Reason?.Contains("full_backup_interval", StringComparison.Ordinal) ?? false);
        Assert.True((await fixture.CreateAsync(incremental: true)).IsIncremental);
    }

    [Fact]
    public async Task An_incremental_that_is_full_since_the_newest_full_was_removed_does_not_call_that_old()
    {
        using BackupFixture fixture = new(configure: static options => options with
        {
            FullBackupInterval = TimeSpan.FromDays(7),
            MaxBackupAge = TimeSpan.FromHours(1),
        });
        await fixture.CreateAsync();
        for (int i = 0; i < 2; i++)
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(40));
            Assert.True((await fixture.CreateAsync(incremental: true)).IsIncremental);
        }

        BackupSummary next = await fixture.CreateAsync(incremental: true);

        Assert.False(next.IsIncremental);
        Assert.Contains("full_backup_interval", next.Manifest.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("older", next.Manifest.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(null, 10)]
    public async Task The_interval_between_fulls_is_kept_where_fewer_backups_stay_than_are_made_in_it(int? maxBackups, int? keepLast)
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with
        {
            FullBackupInterval = TimeSpan.FromDays(7),
            MaxBackups = maxBackups,
            KeepLast = keepLast,
        });
        int fulls = 0;
        for (int i = 0; i < 4 * 21; i++)
        {
            fixture.Store.Save(("global", "n"), i);
            fulls += (await fixture.CreateAsync(incremental: true)).IsIncremental ? 0 : 1;
            Assert.InRange((await fixture.Service.ListAsync(Cancel)).Backups.Count, 1, 11);
            fixture.Clock.Advance(TimeSpan.FromHours(6));
        }

        Assert.Equal(3, fulls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_backup_is_made_of_layers_that_something_deletes_meanwhile(bool incremental)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Store.Save(("global", "new"), 1);
        for (int delayed = 1, refused = 0; ; delayed++)
        {
            MemoryStorage storage = repository.Storage.Copy();
            FaultyStorage slow = new(storage, delayed, StorageFault.Delayed)
            {
                Meanwhile = () => storage.DeleteAsync(
                    [.. storage.Files.Keys.Where(static path => RepositoryPaths.FolderOf(path) == RepositoryPaths.Layers)], Cancel),
            };
            CreateResult? result = null;
            Exception? failure = await Record.ExceptionAsync(
                async () => result = await repository.ServiceOn(slow).CreateAsync(new CreateRequest { Incremental = incremental }, Cancel));
            if (slow.Operations[delayed - 1] == "lock Publish exclusive")
            {
                Assert.True(refused > 0);
                return;
            }

            refused += failure is BackupDamagedException ? 1 : 0;
            Assert.True(failure is null or BackupDamagedException, failure?.ToString());
            Assert.True(result is null || (await repository.ServiceOn(storage).ValidateAsync(result.Backup.Id.Value, Cancel)).IsValid, slow.Operations[delayed - 1]);
        }
    }

    [Fact]
    public async Task An_incremental_on_an_empty_full_holds_no_tombstones()
    {
        using BackupFixture fixture = new();
        await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), 1);
        fixture.Store.Save(("global", "b"), 1);
        fixture.Store.Delete(("global", "b"));
        BackupSummary backup = await fixture.CreateAsync(incremental: true);
        Assert.True(backup.IsIncremental);
        Assert.Equal(0, Assert.Single(backup.Manifest.Layers).Tombstones);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(backup.Id));
    }

    [Fact]
    public async Task An_incremental_without_changes_is_a_manifest_without_a_new_layer()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary full = await fixture.CreateAsync();
        fixture.Store.Save(("global", "passing"), 1);
        fixture.Store.Delete(("global", "passing"));
        BackupSummary backup = await fixture.CreateAsync(incremental: true);
        Assert.True(backup.IsIncremental);
        Assert.Equal(full.Manifest.Layers, backup.Manifest.Layers);
        Assert.Equal(backup.ManifestBytes, backup.SizeBytes);
        Assert.True(full.SizeBytes > full.ManifestBytes);
    }

    [Fact]
    public async Task Why_an_incremental_became_full_is_said()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        Assert.Contains("no earlier backup", (await fixture.CreateAsync(incremental: true)).Manifest.Reason, StringComparison.Ordinal);
        Assert.Null((await fixture.CreateAsync()).Manifest.Reason);

        fixture.Options = fixture.Options with { IncrementalEnabled = false };
        fixture.Reopen();
        Assert.Contains("incremental_enabled", (await fixture.CreateAsync(incremental: true)).Manifest.Reason, StringComparison.Ordinal);

        fixture.Options = fixture.Options with { IncrementalEnabled = true, FullBackupInterval = TimeSpan.FromHours(1) };
        fixture.Reopen();
        Assert.True((await fixture.CreateAsync(incremental: true)).IsIncremental);
        fixture.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Contains("full_backup_interval", (await fixture.CreateAsync(incremental: true)).Manifest.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_with_a_missing_layer_is_not_built_on()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary parent = await fixture.CreateAsync();
        File.Delete(Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "layers"), "*.zst").Single());
        fixture.Store.Save(("global", "b"), 2);
        BackupSummary backup = await fixture.CreateAsync(incremental: true);
        Assert.Equal(BackupKind.Full, backup.Manifest.Kind);
        Assert.Contains(parent.Id.Value, backup.Manifest.Reason, StringComparison.Ordinal);
        Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_store_that_was_busy_when_it_was_first_needed_is_opened_by_the_next_call()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        bool busy = true;
        BackupService service = new(() => busy ? throw new StateBusyException("another process is creating it") : fixture.Store, fixture.Storage, fixture.Options);
        await Assert.ThrowsAsync<StateBusyException>(() => service.CreateAsync(new CreateRequest(), Cancel));
        busy = false;
        BackupSummary backup = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup;
        Assert.True((await service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_cancelled_create_leaves_nothing_behind()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        await fixture.CreateAsync();
        string[] before = Directory.GetFiles(fixture.RepositoryFolder, "*", SearchOption.AllDirectories);
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Service.CreateAsync(new CreateRequest(), source.Token));
        Assert.Equal(before, Directory.GetFiles(fixture.RepositoryFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task With_a_clock_before_1970_what_is_saved_can_be_backed_up()
    {
        using TemporaryFolder folder = new();
        FakeTimeProvider clock = new(new DateTimeOffset(1969, 12, 31, 0, 0, 0, TimeSpan.Zero));
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { TimeProvider = clock });
        BackupService service = new(() => store, new FolderStorage(folder.Path), new BackupOptions { TimeProvider = clock });
        store.Save(("global", "a"), 1);

        string id = (await service.CreateAsync(new CreateRequest(), TestContext.Current.CancellationToken)).Backup.Id.Value;

        Assert.True((await service.ValidateAsync(id, TestContext.Current.CancellationToken)).IsValid);
        Assert.True(store.TryGetInfo(("global", "a"), out StateEntryInfo info));
        Assert.Equal(DateTimeOffset.UnixEpoch, info.ModifiedAt);
        Assert.Equal(DateTimeOffset.UnixEpoch, (await service.GetAsync(id, TestContext.Current.CancellationToken)).CreatedAt);
    }

    [Fact]
    public async Task What_is_said_of_a_backup_comes_back_as_it_was_said()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string most = string.Concat(Enumerable.Repeat("ü\n\0🎉", 819)) + "x";
        CreateRequest request = new() { Description = most };
        BackupSummary created = (await fixture.Service.CreateAsync(request, TestContext.Current.CancellationToken)).Backup;
        BackupSummary read = await fixture.Service.GetAsync(created.Id.Value, TestContext.Current.CancellationToken);
        Assert.Equal(most, read.Manifest.Description);

        Assert.Throws<ArgumentException>(() => new CreateRequest { Description = most + "x" });
        Assert.Throws<ArgumentException>(() => new CreateRequest { Description = "half of \ud83c" });
        Assert.Throws<ArgumentNullException>(() => new CreateRequest { Description = null! });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_create_writes_nothing_into_the_store(bool incremental)
    {
        using MemoryBackend backend = new();
        FaultyBackend counting = new(backend, failAt: 0);
        using StateStore store = new(counting, new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        store.Save(("global", "a"), 1);
        BackupService service = new(() => store, new MemoryStorage());
        await service.CreateAsync(new CreateRequest(), Cancel);
        store.Save(("global", "a"), 2);
        StoreStatus before = store.ReadStatus();
        int done = counting.Operations.Count;

        Assert.Equal(incremental, (await service.CreateAsync(new CreateRequest { Incremental = incremental }, Cancel)).Backup.IsIncremental);

        Assert.Equal(before, store.ReadStatus());
        Assert.DoesNotContain("begin a transaction", counting.Operations.Skip(done));
        Assert.DoesNotContain("begin a replacement", counting.Operations.Skip(done));
    }

    [Fact]
    public async Task A_backup_taken_while_others_write_is_one_moment_of_the_state()
    {
        using BackupFixture fixture = new();
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(
            () =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i++)
                {
                    int value = i;
                    fixture.Store.Transact(transaction =>
                    {
                        transaction.Save(("global", "left"), value);
                        transaction.Save(("global", "right"), value);
                        transaction.Save(("global", "key" + (value % 500)), value);
                    });
                }
            },
            Cancel);
        List<BackupId> taken = [];
        for (int i = 0; i < 10; i++)
        {
            taken.Add((await fixture.CreateAsync(incremental: i % 3 != 0)).Id);
        }

        await stop.CancelAsync();
        await writer;
        foreach (BackupId id in taken)
        {
            await fixture.Service.RestoreAsync(id.Value, Cancel);
            Assert.Equal(fixture.Store.Load(("global", "left")), fixture.Store.Load(("global", "right")));
        }
    }
}
