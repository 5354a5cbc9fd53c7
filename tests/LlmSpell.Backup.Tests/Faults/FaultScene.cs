using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>
/// A store and a repository with four backups whose content is known: two fulls and two incrementals on the second, and changes since.
/// Runs an operation on them through a faulty storage or backend, and looks at what is left.
/// </summary>
internal sealed class FaultScene
{
    private const string OthersScope = "tool:other";

    private readonly FaultedOperation _operation;
    private readonly MemoryBackend _backend;
    private readonly MemoryStorage _storage;
    private readonly IReadOnlyList<EarlierBackup> _earlier;
    private readonly IReadOnlyList<string> _present;

    private FaultScene(
        FaultedOperation operation, MemoryBackend backend, MemoryStorage storage, IReadOnlyList<EarlierBackup> earlier, IReadOnlyList<string> present)
    {
        _operation = operation;
        _backend = backend;
        _storage = storage;
        _earlier = earlier;
        _present = present;
    }

    internal FaultedOperation Operation => _operation;

    internal IStateBackend Backend => _backend;

    internal IRepositoryStorage Storage => _storage;

    private IReadOnlyList<string> Result => _operation.Result?.Invoke(_present, _earlier[0].Content) ?? _present;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<FaultScene> PrepareAsync(FaultedOperation operation)
    {
        MemoryStorage storage = new();
        MemoryBackend backend = NewBackend();
        StateStore store = Open(backend);
        List<EarlierBackup> earlier = [];
        for (int i = 0; i < 4; i++)
        {
            store.Save(("global", "changing"), i);
            store.Save(("global", "a" + i), new string('x', 50 * i));
            store.Delete(("global", "a" + (i - 2)));
            CreateResult created = await Service(store, storage).CreateAsync(new CreateRequest { Incremental = i > 1 }, Cancel);
            Assert.Equal(i > 1, created.Backup.IsIncremental);
            earlier.Add(new EarlierBackup(created.Backup, storage, StateContent.Read(store)));
        }

        store.Save(("global", "changing"), "since");
        store.Delete(("global", "a3"));
        foreach (string path in operation.Leftovers)
        {
            storage.Files[path] = new byte[10];
        }

        await operation.Before(new FaultedRun(Service(store, storage), storage, store, earlier[0].Id, Cancel));
        return new FaultScene(operation, backend, storage, earlier, StateContent.Read(store));
    }

    /// <summary>The same again, untouched by what is done to this one.</summary>
    internal FaultScene Copy()
    {
        MemoryBackend backend = NewBackend();
        backend.Publish(_backend.State);
        return new FaultScene(_operation, backend, _storage.Copy(), _earlier, _present);
    }

    /// <summary>Runs the operation once through these, which stand before the scene's own.</summary>
    internal async Task<Exception?> RunAsync(IStateBackend backend, IRepositoryStorage storage) => await Record.ExceptionAsync(async () =>
    {
        StateStore store = Open(backend);
        await _operation.Run(new FaultedRun(Service(store, storage, _operation.Options), storage, store, _earlier[0].Id, Cancel));
    });

    /// <summary>What another process does while an operation takes its time: it saves, and makes a backup; if that is busy, so be it.</summary>
    internal async Task WorkMeanwhileAsync()
    {
        try
        {
            StateStore store = Open(_backend);
            BackupService service = Service(store, _storage, static options => options with { BusyTimeout = TimeSpan.Zero });
            await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
            store.Save((OthersScope, "saved"), "meanwhile");
        }
        catch (StateBusyException)
        {
        }
    }

    /// <summary>
    /// Fails unless every backup is whole, the state is the present one or the one restored, all of it, the next create succeeds, and a
    /// sweep leaves only what is named.
    /// </summary>
    /// <param name="failure">What the operation threw, if it did.</param>
    /// <param name="maybeSwitched">Whether it may have replaced the state and failed all the same.</param>
    /// <param name="where">What was disturbed.</param>
    internal async Task AssertWholeAsync(Exception? failure, bool maybeSwitched, string where)
    {
        StateStore store = Open(_backend);
        IReadOnlyList<string> state = StateContent.Read(store);
        AssertStateIs(WithoutOthers(state), failure, maybeSwitched, where);

        BackupService service = Service(store, _storage);
        HashSet<BackupId> known = await AssertEarlierAreWholeAsync(service, where);
        await AssertRestoreAsync(service, known, where);

        BackupSummary next = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup;
        Assert.Equal(state, await ContentOfAsync(next.Id));

        BackupRepository repository = await BackupRepository.OpenAsync(_storage, TimeProvider.System, null, Cancel);
        Assert.Null((await repository.SweepAsync(Cancel)).Skipped);
        Assert.Empty(RepositoryContent.RubbishIn(_storage, (await service.ListAsync(Cancel)).Backups));
        await AssertEarlierAreWholeAsync(service, where);
    }

    private void AssertStateIs(IReadOnlyList<string> state, Exception? failure, bool maybeSwitched, string where)
    {
        bool isPresent = state.SequenceEqual(_present);
        bool isResult = state.SequenceEqual(Result);
        bool right = failure is null ? isResult : isPresent || (maybeSwitched && isResult);
        Assert.True(right, $"{where}: the state is {string.Join(", ", state)}");
    }

    /// <returns>The earlier backups that are there: not a byte of them has changed.</returns>
    private async Task<HashSet<BackupId>> AssertEarlierAreWholeAsync(BackupService service, string where)
    {
        BackupListing listing = await service.ListAsync(Cancel);
        Assert.Empty(listing.Damaged);
        HashSet<BackupId> there = [.. listing.Backups.Select(static backup => backup.Id)];
        there.IntersectWith(_earlier.Select(static backup => backup.Id));
        Assert.Contains(_earlier[^1].Id, there);
        Assert.True(_operation.RemovesBackups || there.Count == _earlier.Count, $"{where}: {there.Count} of {_earlier.Count} backups are there");
        foreach (EarlierBackup backup in _earlier.Where(backup => there.Contains(backup.Id)))
        {
            foreach ((string path, byte[] bytes) in backup.Files)
            {
                Assert.True(_storage.Files.TryGetValue(path, out byte[]? now) && now.AsSpan().SequenceEqual(bytes), $"{where}: {path} of {backup.Id} has changed");
            }
        }

        return there;
    }

    private async Task AssertRestoreAsync(BackupService service, HashSet<BackupId> known, string where)
    {
        foreach (BackupSummary backup in (await service.ListAsync(Cancel)).Backups.Where(backup => !known.Contains(backup.Id)))
        {
            IReadOnlyList<string> content = WithoutOthers(await ContentOfAsync(backup.Id));
            Assert.True(content.SequenceEqual(_present) || content.SequenceEqual(Result), $"{where}: {backup.Id} holds {string.Join(", ", content)}");
        }
    }

    private async Task<IReadOnlyList<string>> ContentOfAsync(BackupId id)
    {
        using StateStore scratch = Open(new MemoryBackend());
        await Service(scratch, _storage).RestoreAsync(id.Value, Cancel);
        return StateContent.Read(scratch);
    }

    private static List<string> WithoutOthers(IReadOnlyList<string> state) =>
        [.. state.Where(static line => !line.StartsWith(OthersScope + "/", StringComparison.Ordinal))];

    private static MemoryBackend NewBackend() => new(busyTimeout: TimeSpan.Zero);

    private static StateStore Open(IStateBackend backend) => new(backend, new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    private static BackupService Service(StateStore store, IRepositoryStorage storage, Func<BackupOptions, BackupOptions>? configure = null)
    {
        BackupOptions options = new() { MaxBackups = null, MaxBackupAge = null };
        return new BackupService(() => store, storage, configure?.Invoke(options) ?? options);
    }

    /// <summary>A backup from before, and the bytes that it must go on to have.</summary>
    private sealed class EarlierBackup(BackupSummary backup, MemoryStorage storage, IReadOnlyList<string> content)
    {
        internal BackupId Id => backup.Id;

        internal IReadOnlyList<string> Content => content;

        internal IReadOnlyDictionary<string, byte[]> Files { get; } =
            RepositoryContent.PathsOf(backup.Manifest).ToDictionary(static path => path, path => storage.Files[path], StringComparer.Ordinal);
    }
}
