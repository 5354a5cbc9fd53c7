using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class RestoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no-such-backup")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("UPPER")]
    public async Task An_unknown_id_is_an_error_that_names_it(string id)
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        fixture.Store.Save(("global", "a"), 1);
        await fixture.CreateAsync();
        BackupNotFoundException failure = await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.RestoreAsync(id, Cancel));
        Assert.StartsWith("no backup with id " + id, failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.ValidateAsync(id, Cancel));
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.GetAsync(id, Cancel));
        Assert.Equal(1, fixture.Store.Load(("global", "a"))!.AsInteger());
    }

    [Fact]
    public async Task The_present_state_is_in_the_safety_backup()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "new");
        IReadOnlyList<string> present = StateContent.Read(fixture.Store);

        RestoreResult result = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);
        Assert.Equal("old", fixture.Store.Load(("global", "a"))!.AsString());
        Assert.True(result.SafetyBackup!.Manifest.IsSafety);
        Assert.Equal(present, await fixture.ContentOfAsync(result.SafetyBackup.Id));

        await fixture.Service.RestoreAsync(result.SafetyBackup.Id.Value, Cancel);
        Assert.Equal(present, StateContent.Read(fixture.Store));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_safety_backup_builds_on_nothing_that_is_damaged(bool whole, bool elsewhere)
    {
        using BackupFixture fixture = new();
        MemoryStorage own = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary good = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "newer");
        fixture.Store.Save(("global", "b"), new string('x', 1000));
        BackupSummary newest = await fixture.CreateAsync();
        if (elsewhere)
        {
            await fixture.Service.CopyAsync(own, new CopyRequest(), null, Cancel);
        }

        string data = RepositoryPaths.LayerData(newest.Manifest.Layers[0].Id, LayerCodec.Zstd);
        string path = Path.Combine(fixture.RepositoryFolder, data);
        byte[] bytes = elsewhere ? own.Files[data] : File.ReadAllBytes(path);
        bytes[20] ^= 1;
        if (!elsewhere)
        {
            File.WriteAllBytes(path, bytes);
        }

        fixture.Store.Save(("global", "a"), "valuable");
        IReadOnlyList<string> present = StateContent.Read(fixture.Store);

        RestoreRequest request = new()
        {
            Selection = whole ? EntrySelection.All : EntrySelection.Of(["global"], ["a"]),
            SafetyStorage = elsewhere ? own : null,
        };
        string restored = (elsewhere ? newest : good).Id.Value;
        BackupSummary safety = (await fixture.Service.RestoreAsync(restored, request, null, Cancel)).SafetyBackup!;

        Assert.Contains(data, safety.Manifest.Reason, StringComparison.Ordinal);
        BackupService kept = elsewhere ? new(() => fixture.Store, own, fixture.Options) : fixture.Service;
        await kept.UndoRestoreAsync(cancellationToken: Cancel);
        Assert.Equal(present, StateContent.Read(fixture.Store));
    }

    [Fact]
    public async Task A_restore_of_what_is_there_already_takes_no_safety_backup_so_that_repeating_it_pushes_none_out()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "valuable");
        IReadOnlyList<string> present = StateContent.Read(fixture.Store);
        Assert.True((await fixture.Service.PlanRestoreAsync(backup.Id.Value, new RestoreRequest(), cancellationToken: Cancel)).TakesSafetyBackup);
        RestoreResult first = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);
        Assert.NotNull(first.SafetyBackup);

        Assert.False((await fixture.Service.PlanRestoreAsync(backup.Id.Value, new RestoreRequest(), cancellationToken: Cancel)).TakesSafetyBackup);
        for (int i = 0; i < 3; i++)
        {
            Assert.Null((await fixture.Service.RestoreAsync(backup.Id.Value, Cancel)).SafetyBackup);
            Assert.Equal("old", fixture.Store.Load(("global", "a"))!.AsString());
        }

        Assert.Equal(first.SafetyBackup.Id, (await fixture.Service.FindUndoAsync(Cancel)).Id);
        await fixture.Service.UndoRestoreAsync(cancellationToken: Cancel);
        Assert.Equal(present, StateContent.Read(fixture.Store));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restore_that_is_cancelled_leaves_no_safety_backup_which_an_undo_would_take_for_what_was_replaced(bool whole)
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "valuable");
        IReadOnlyList<string> replaced = StateContent.Read(fixture.Store);
        RestoreResult first = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);

        RestoreRequest request = new() { Selection = whole ? EntrySelection.All : EntrySelection.Of(["global"], []) };
        for (int i = 0; i < 4; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            using CancelsAfterTheSafetyBackup progress = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => fixture.Service.RestoreAsync(backup.Id.Value, request, progress, progress.Token));
            Assert.Equal(i, fixture.Store.Load(("global", "a"))!.AsInteger());
            await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        }

        Assert.Equal(first.SafetyBackup!.Id, (await fixture.Service.FindUndoAsync(Cancel)).Id);
        await fixture.Service.UndoRestoreAsync(cancellationToken: Cancel);
        Assert.Equal(replaced, StateContent.Read(fixture.Store));
        Assert.True((await fixture.Service.ValidateAsync(first.SafetyBackup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_restore_that_finds_its_backup_damaged_leaves_no_safety_backup_either()
    {
        using BackupFixture fixture = new(configure: static options => options with { Codec = LayerCodec.None });
        fixture.Store.Save(("global", "a"), "old");
        fixture.Store.Save(("global", "b"), new string('b', LayerLimits.MaxBlockBytes));
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "valuable");
        IReadOnlyList<string> replaced = StateContent.Read(fixture.Store);
        RestoreResult first = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);

        // Only files' sizes are looked at before a part is restored: the damage is found behind the first entry that differs.
        string data = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(backup.Manifest.Layers[0].Id, LayerCodec.None));
        using (FileStream file = new(data, FileMode.Open, FileAccess.Write))
        {
            file.Position = file.Length - 100;
            file.WriteByte((byte)'x');
        }

        RestoreRequest request = new() { Selection = EntrySelection.Of(["global"], []) };
        for (int i = 0; i < 4; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await Assert.ThrowsAsync<BackupDamagedException>(() => fixture.Service.RestoreAsync(backup.Id.Value, request, null, Cancel));
            Assert.Equal(i, fixture.Store.Load(("global", "a"))!.AsInteger());
        }

        Assert.Equal(first.SafetyBackup!.Id, Assert.Single((await fixture.Service.ListAsync(Cancel)).Backups, static one => one.Manifest.IsSafety).Id);
        Assert.Equal(first.SafetyBackup.Id, (await fixture.Service.FindUndoAsync(Cancel)).Id);
    }

    [Fact]
    public async Task A_restore_that_is_cancelled_leaves_its_safety_backup_to_whoever_has_pinned_it_meanwhile()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "valuable");
        IReadOnlyList<string> present = StateContent.Read(fixture.Store);

        BackupId pinned = default;
        using CancelsAfterTheSafetyBackup progress = new(() =>
        {
            pinned = fixture.Service.ListAsync(Cancel).GetAwaiter().GetResult().Backups.Single(static one => one.Manifest.IsSafety).Id;
            fixture.Service.PinAsync(pinned.Value, "to be kept", Cancel).GetAwaiter().GetResult();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.Service.RestoreAsync(backup.Id.Value, request: null, progress, progress.Token));

        Assert.Equal("to be kept", (await fixture.Service.GetAsync(pinned.Value, Cancel)).Pin!.Reason);
        Assert.Equal(present, await fixture.ContentOfAsync(pinned));
    }

    [Fact]
    public async Task A_safety_backup_that_cannot_be_given_up_hides_nothing_of_what_led_there()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary safety = await fixture.Service.CreateSafetyAsync("before an import", Cancel);
        string descriptor = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.Descriptor);
        byte[] bytes = File.ReadAllBytes(descriptor);
        File.Delete(descriptor);

        await fixture.Service.WithdrawSafetyAsync(safety);

        File.WriteAllBytes(descriptor, bytes);
        Assert.Equal(safety.Id, Assert.Single((await fixture.Service.ListAsync(Cancel)).Backups).Id);
    }

    [Fact]
    public async Task Of_a_restore_that_was_killed_there_is_nothing_to_undo()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        await fixture.Service.CreateSafetyAsync("left by a killed restore", Cancel);
        await Assert.ThrowsAsync<StateNotFoundException>(() => fixture.Service.FindUndoAsync(Cancel));

        fixture.Store.Save(("global", "a"), "valuable");
        RestoreResult first = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);
        await fixture.Service.CreateSafetyAsync("left by a killed restore", Cancel);
        Assert.Equal(first.SafetyBackup!.Id, (await fixture.Service.FindUndoAsync(Cancel)).Id);
    }

    [Fact]
    public async Task A_restore_into_a_new_store_adopts_its_id_and_needs_no_safety_backup()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "kept");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Reopen(() => Directory.Delete(fixture.StateFolder, recursive: true));
        Assert.NotEqual(backup.Manifest.Store, fixture.Store.ReadStatus().Store);

        RestoreResult result = await fixture.Service.RestoreAsync(backup.Id.Value, Cancel);
        Assert.Null(result.SafetyBackup);
        Assert.Equal(backup.Manifest.Store, fixture.Store.ReadStatus().Store);
        fixture.Store.Save(("global", "b"), "more");
        BackupSummary next = await fixture.CreateAsync(incremental: true);
        Assert.Equal(backup.Id, next.Manifest.Parent);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(next.Id));
    }

    [Fact]
    public async Task A_backup_of_one_backend_restores_into_another()
    {
        using BackupFixture fixture = new();
        StateModel model = new();
        model.Mutate(fixture.Store, new Random(7), 200);
        BackupSummary backup = await fixture.CreateAsync();
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(backup.Id));
    }

    [Fact]
    public async Task A_cancelled_restore_leaves_the_present_state()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "old");
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), "present");
        IReadOnlyList<string> present = StateContent.Read(fixture.Store);
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Service.RestoreAsync(backup.Id.Value, source.Token));
        Assert.Equal(present, StateContent.Read(fixture.Store));
        fixture.Store.Save(("global", "a"), "and writable");
    }

    [Fact]
    public async Task Two_stores_share_a_repository_and_keep_apart()
    {
        using BackupFixture fixture = new();
        using StateStore other = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService otherService = new(() => other, fixture.Storage, fixture.Options);
        fixture.Store.Save(("global", "a"), "mine");
        BackupSummary mine = await fixture.CreateAsync();
        other.Save(("global", "a"), "theirs");
        BackupSummary theirs = (await otherService.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup;
        Assert.Equal(BackupKind.Full, theirs.Manifest.Kind);

        fixture.Store.Save(("global", "b"), "mine too");
        Assert.Equal(mine.Id, (await fixture.CreateAsync(incremental: true)).Manifest.Parent);
        Assert.Equal(3, (await otherService.ListAsync(Cancel)).Backups.Count);
        CleanupReport cleanup = await otherService.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel);
        Assert.Equal(theirs.Id, Assert.Single(cleanup.Decisions).Backup.Id);

        await fixture.Service.RestoreAsync(theirs.Id.Value, Cancel);
        Assert.Equal("theirs", fixture.Store.Load(("global", "a"))!.AsString());
        Assert.Equal(mine.Manifest.Store, fixture.Store.ReadStatus().Store);
    }

    [Fact]
    public async Task An_empty_store_with_backups_of_its_own_keeps_its_id_and_undoes_its_own_restore()
    {
        using BackupFixture fixture = new();
        using StateStore other = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService otherService = new(() => other, fixture.Storage, fixture.Options);
        fixture.Store.Save(("global", "mine"), 1);
        StoreId id = (await fixture.CreateAsync()).Manifest.Store;
        fixture.Store.Delete(("global", "mine"));
        other.Save(("global", "theirs"), 1);
        BackupSummary theirs = (await otherService.CreateAsync(new CreateRequest(), Cancel)).Backup;
        other.Save(("global", "theirs"), 2);
        await otherService.RestoreAsync(theirs.Id.Value, Cancel);

        RestoreResult restored = await fixture.Service.RestoreAsync(theirs.Id.Value, Cancel);
        Assert.Equal(id, fixture.Store.ReadStatus().Store);
        Assert.Equal(restored.SafetyBackup!.Id, (await fixture.Service.FindUndoAsync(Cancel)).Id);
        await fixture.Service.UndoRestoreAsync(null, Cancel);
        Assert.Empty(StateContent.Read(fixture.Store));

        // Without a safety backup, too.
        await fixture.Service.RestoreAsync(theirs.Id.Value, new RestoreRequest { SafetyBackup = false }, null, Cancel);
        Assert.Equal(id, fixture.Store.ReadStatus().Store);
    }

    [Fact]
    public async Task Backups_where_the_safety_backup_goes_count_as_the_past_of_an_empty_store()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "theirs"), 1);
        BackupSummary theirs = await fixture.CreateAsync();
        using StateStore target = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        MemoryStorage own = new();
        target.Save(("global", "mine"), 1);
        StoreId id = (await new BackupService(() => target, own, fixture.Options).CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest.Store;
        target.Delete(("global", "mine"));

        BackupService service = new(() => target, fixture.Storage, fixture.Options);
        RestoreRequest request = new() { SafetyStorage = own };
        Assert.True((await service.PlanRestoreAsync(theirs.Id.Value, request, null, Cancel)).TakesSafetyBackup);
        RestoreResult restored = await service.RestoreAsync(theirs.Id.Value, request, null, Cancel);

        Assert.True(own.Files.ContainsKey(RepositoryPaths.Manifest(restored.SafetyBackup!.Id)));
        Assert.Equal(id, target.ReadStatus().Store);
    }

    private sealed class CancelsAfterTheSafetyBackup(Action? before = null) : IProgress<BackupProgress>, IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private volatile bool _written;

        internal CancellationToken Token => _source.Token;

        public void Report(BackupProgress value)
        {
            _written |= value.Stage == BackupStage.Writing;
            if (_written && value.Stage == BackupStage.Restoring && !_source.IsCancellationRequested)
            {
                before?.Invoke();
                _source.Cancel();
            }
        }

        public void Dispose() => _source.Dispose();
    }
}
