using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A merge that fails does not keep a backup from being made; what is cancelled is done or leaves nothing behind.</summary>
public sealed class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly CreateRequest Incremental = new() { Incremental = true };

    public static TheoryData<Merging> Mergings => [Merging.Nothing, Merging.Newest, Merging.Everything];

    public static MatrixTheoryData<StorageFault, Merging, bool> CreateFaults => new(
        [StorageFault.Before, StorageFault.After, StorageFault.HalfWay], [Merging.Nothing, Merging.Newest, Merging.Everything], [false, true]);

    /// <summary>What the create does that is disturbed.</summary>
    public enum Merging
    {
        Nothing,
        Newest,
        Everything,
    }

    [Theory]
    [MemberData(nameof(CreateFaults))]
    public async Task Whatever_fails_in_a_create_every_backup_that_is_there_restores(StorageFault fault, Merging merging, bool forGood)
    {
        int operations = await CountAsync(service => service.CreateAsync(Incremental, Cancel), merging);
        int fulls = 0;
        for (int failAt = 1; failAt <= operations; failAt++)
        {
            MemoryStorage storage = new();
            using StateStore store = await PrepareAsync(storage, merging);
            FaultyStorage faulty = new(storage, failAt, fault, forGood);
            CreateResult? created = null;
            Exception? failure = await Record.ExceptionAsync(
                async () => created = await Service(store, faulty, merging).CreateAsync(Incremental, Cancel));
            Assert.True(faulty.HasFailed);
            string where = $"{faulty.Operations[failAt - 1]}: {failure?.Message}";
            Assert.True(failure is null or StateException, where);
            if (merging != Merging.Nothing && created?.Backup.Manifest.Reason is { } reason)
            {
                // A merge that fails does not keep the backup from being made.
                Assert.Equal(BackupKind.Full, created.Backup.Manifest.Kind);
                Assert.Contains(faulty.Failure.Message, reason, StringComparison.Ordinal);
                fulls++;
            }

            BackupService service = Service(store, storage, merging);
            await AssertAllRestoreAsync(service, where);
            BackupSummary next = (await service.CreateAsync(Incremental, Cancel)).Backup;
            Assert.True(next.IsIncremental, where);
            Assert.True((await service.ValidateAsync(next.Id.Value, Cancel)).IsValid, where);
            Assert.Equal(await NamedAsync(service), storage.Files.Keys.Where(static path => path.StartsWith("layers/", StringComparison.Ordinal)).Order());
        }

        Assert.Equal(merging != Merging.Nothing && !forGood, fulls > 5);
    }

    [Theory]
    [MemberData(nameof(Mergings))]
    public async Task A_create_that_is_cancelled_anywhere_is_made_or_leaves_nothing_behind(Merging merging)
    {
        for (int cancelAt = 1; ; cancelAt++)
        {
            MemoryStorage storage = new();
            using StateStore store = await PrepareAsync(storage, merging);
            string[] before = [.. storage.Files.Keys.Order()];
            using CancellingStorage cancelling = new(storage, cancelAt);
            Exception? failure = await Record.ExceptionAsync(
                () => Service(store, cancelling, merging).CreateAsync(Incremental, cancelling.Token));
            if (!cancelling.Token.IsCancellationRequested)
            {
                Assert.Null(failure);
                Assert.True(cancelAt > 10);
                return;
            }

            Assert.True(failure is null or OperationCanceledException, failure?.ToString());
            Assert.Equal(failure is null ? before.Length + 3 : before.Length, storage.Files.Count);
            await AssertAllRestoreAsync(Service(store, storage), $"cancelled at {cancelAt}");
        }
    }

    [Fact]
    public async Task A_restore_that_is_cancelled_anywhere_is_done_or_leaves_the_present_state()
    {
        for (int cancelAt = 1; ; cancelAt++)
        {
            MemoryStorage storage = new();
            using StateStore store = await PrepareAsync(storage);
            string id = await FirstAsync(Service(store, storage));
            IReadOnlyList<string> present = StateContent.Read(store);
            using CancellingStorage cancelling = new(storage, cancelAt);
            Exception? failure = await Record.ExceptionAsync(() => Service(store, cancelling).RestoreAsync(id, cancelling.Token));
            if (!cancelling.Token.IsCancellationRequested)
            {
                Assert.Null(failure);
                Assert.True(cancelAt > 10);
                return;
            }

            Assert.True(failure is null or OperationCanceledException, failure?.ToString());
            Assert.Equal(failure is null, !present.SequenceEqual(StateContent.Read(store)));
            BackupListing left = await Service(store, storage).ListAsync(Cancel);
            Assert.Equal(failure is null, left.Backups.Any(static backup => backup.Manifest.IsSafety));
            await AssertAllRestoreAsync(Service(store, storage), $"cancelled at {cancelAt}");
            store.Save(("global", "c"), "the write lock is free");
        }
    }

    private static async Task<int> CountAsync(Func<BackupService, Task> run, Merging merging = Merging.Nothing)
    {
        MemoryStorage storage = new();
        using StateStore store = await PrepareAsync(storage, merging);
        FaultyStorage counting = new(storage, 0);
        await run(Service(store, counting, merging));
        return counting.Operations.Count;
    }

    /// <summary>A full backup, and a change since; two incrementals between them where the next one is to merge.</summary>
    private static async Task<StateStore> PrepareAsync(MemoryStorage storage, Merging merging = Merging.Nothing)
    {
        StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        store.Save(("global", "a"), "first");
        store.Save(("global", "b"), "unchanged");
        await Service(store, storage).CreateAsync(new CreateRequest(), Cancel);
        for (int i = 0; i < (merging == Merging.Nothing ? 0 : 2); i++)
        {
            store.Save(("global", "c"), i);
            await Service(store, storage).CreateAsync(Incremental, Cancel);
        }

        store.Save(("global", "a"), "second");
        return store;
    }

    private static BackupService Service(StateStore store, IRepositoryStorage storage, Merging merging = Merging.Nothing) =>
        new(() => store, storage, new BackupOptions
        {
            MergeLimits = merging switch
            {
                Merging.Newest => new MergeLimits { MaxLayers = 3, NegligibleBytes = 1000, MinCopiedBytes = 1 },
                Merging.Everything => new MergeLimits { NegligibleBytes = 0, MinCopiedBytes = 1 },
                _ => MergeLimits.Default,
            },
        });

    private static async Task<IEnumerable<string>> NamedAsync(BackupService service) =>
        RepositoryPaths.LayerFiles((await service.ListAsync(Cancel)).Backups.SelectMany(static backup => backup.Manifest.Layers))
            .Distinct().Order();

    private static async Task<string> FirstAsync(BackupService service) => (await service.ListAsync(Cancel)).Backups[0].Id.Value;

    private static async Task AssertAllRestoreAsync(BackupService service, string where)
    {
        BackupListing listing = await service.ListAsync(Cancel);
        Assert.Empty(listing.Damaged);
        Assert.NotEmpty(listing.Backups);
        foreach (BackupSummary backup in listing.Backups)
        {
            ValidationReport report = await service.ValidateAsync(backup.Id.Value, Cancel);
            Assert.True(report.IsValid, $"{where}: {string.Join("; ", report.Errors.Select(static error => error.Message))}");
        }
    }

    /// <summary>Cancels its token when one operation, counted from 1, is done.</summary>
    private sealed class CancellingStorage(MemoryStorage inner, int cancelAt) : IRepositoryStorage, IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _operations;

        internal CancellationToken Token => _source.Token;

        public string Location => inner.Location;

        public async Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) =>
            new Upload(await CountAsync(inner.BeginPutAsync(path, cancellationToken)), this);

        public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) => CountAsync(inner.OpenAsync(path, cancellationToken));

        public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) =>
            CountAsync(inner.ListAsync(folder, cancellationToken));

        public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

        public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => CountAsync(inner.MoveAsync(from, to, cancellationToken));

        public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
            CountAsync(inner.TryLockAsync(which, exclusive, cancellationToken));

        public void Dispose() => _source.Dispose();

        private async Task<T> CountAsync<T>(Task<T> operation)
        {
            T result = await operation;
            if (Interlocked.Increment(ref _operations) == cancelAt)
            {
                await _source.CancelAsync();
            }

            return result;
        }

        private sealed class Upload(IRepositoryUpload inner, CancellingStorage owner) : IRepositoryUpload
        {
            public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => inner.WriteAsync(bytes, cancellationToken);

            public Task CompleteAsync(CancellationToken cancellationToken) => owner.CountAsync(CompleteInnerAsync(cancellationToken));

            public ValueTask DisposeAsync() => inner.DisposeAsync();

            private async Task<bool> CompleteInnerAsync(CancellationToken cancellationToken)
            {
                await inner.CompleteAsync(cancellationToken);
                return true;
            }
        }
    }
}
