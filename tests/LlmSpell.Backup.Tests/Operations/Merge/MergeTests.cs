using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class MergeTests
{
    private static readonly MergeLimits FewLayers = new() { MaxLayers = 4, NegligibleBytes = long.MaxValue, MinCopiedBytes = 1 };
    private static readonly MergeLimits SmallChanges = new() { NegligibleBytes = 0, MinCopiedBytes = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_there_is_no_room_for_a_merge_the_backup_is_made_without()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The number of the error is that of Unix.");
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        store.Save(("global", "a"), Noise(4_000));
        store.Save(("global", "b"), Noise(3_000));
        MemoryStorage files = new();
        BackupOptions options = new() { MergeLimits = SmallChanges };
        await new BackupService(() => store, files, options).CreateAsync(new CreateRequest(), Cancel);
        store.Save(("global", "a"), Noise(4_000));

        BackupService service = new(() => store, new LittleRoom(files, 6_000), options);
        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);

        Assert.True(created.Backup.IsIncremental);
        Assert.Equal((2, 0), (created.Backup.Manifest.Layers.Count, created.MergedLayers));
        Assert.Empty(created.Warnings);
        Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
        store.Save(("global", "b"), 1);
        CreateResult next = await new BackupService(() => store, files, options).CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(3, next.MergedLayers);
        Assert.Single(next.Backup.Manifest.Layers);
    }

    [Theory]
    [InlineData(StoreKind.Memory)]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.RocksDb)]
    public async Task An_incremental_beyond_the_limit_of_layers_merges_the_newest_and_stays_incremental(StoreKind kind)
    {
        using BackupFixture fixture = new(kind);
        for (int i = 0; i < 90; i++)
        {
            fixture.Store.Save(("global", "a" + i), i);
        }

        List<(BackupSummary Backup, IReadOnlyList<string> Content)> taken = [(await fixture.CreateAsync(), StateContent.Read(fixture.Store))];
        for (int i = 1; i < 40; i++)
        {
            fixture.Store.Save(("global", "b" + (i % 7)), i);
            fixture.Store.Delete(("global", "b" + ((i + 3) % 7)));
            CreateResult created = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
            BackupManifest manifest = created.Backup.Manifest;
            BackupManifest parent = taken[^1].Backup.Manifest;
            Assert.Equal(BackupKind.Incremental, manifest.Kind);
            Assert.Equal(parent.Id, manifest.Parent);
            Assert.Null(manifest.Reason);
            Assert.InRange(manifest.Layers.Count, 2, 16);
            Assert.Equal(parent.Layers.Count == 16, created.MergedLayers > 0);
            Assert.Equal(parent.Layers.Count + 1, manifest.Layers.Count + Math.Max(0, created.MergedLayers - 1));
            Assert.Equal(parent.Layers[0], manifest.Layers[0]);
            Assert.Equal(manifest.Id, manifest.Layers[^1].CreatedBy);
            Assert.Equal(manifest.Layers[^1].DataBytes + manifest.Layers[^1].IndexBytes + created.Backup.ManifestBytes, created.Backup.SizeBytes);
            taken.Add((created.Backup, StateContent.Read(fixture.Store)));
        }

        Assert.Contains(taken, static backup => backup.Backup.Manifest.Layers[^1].Tombstones > 0);
        foreach ((BackupSummary backup, IReadOnlyList<string> content) in taken)
        {
            Assert.Equal(content, await fixture.ContentOfAsync(backup.Id));
        }

        await AssertNothingUnnamedAsync(fixture.Storage, fixture.Service);
    }

    [Fact]
    public async Task Changes_over_half_the_base_are_merged_into_a_new_one_without_tombstones()
    {
        using BackupFixture fixture = new();
        StateValue large = StateValue.From(new byte[1_500_000]);
        fixture.Store.Save(("global", "a"), large);
        fixture.Store.Save(("global", "gone"), 1);
        BackupSummary full = await fixture.CreateAsync();
        fixture.Store.Save(("global", "b"), large);
        fixture.Store.Delete(("global", "gone"));
        CreateResult created = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(2, created.MergedLayers);
        Assert.True(created.Backup.IsIncremental);
        Assert.Equal(full.Id, created.Backup.Manifest.Parent);
        ManifestLayer layer = Assert.Single(created.Backup.Manifest.Layers);
        Assert.Equal(2, layer.Records);
        Assert.Equal(0, layer.Tombstones);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(created.Backup.Id));
        Assert.True((await fixture.Service.ValidateAsync(full.Id.Value, Cancel)).IsValid);
        await AssertNothingUnnamedAsync(fixture.Storage, fixture.Service);
    }

    [Fact]
    public async Task A_state_from_which_everything_was_deleted_merges_to_no_layers_at_all()
    {
        using BackupFixture fixture = new(configure: static options => options with { MergeLimits = SmallChanges });
        for (int i = 0; i < 10; i++)
        {
            fixture.Store.Save(("global", "a" + i), i);
        }

        await fixture.CreateAsync();
        fixture.Store.Clear("global");
        BackupSummary backup = await fixture.CreateAsync(incremental: true);
        Assert.True(backup.IsIncremental);
        Assert.Empty(backup.Manifest.Layers);
        Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
        Assert.Empty(await fixture.ContentOfAsync(backup.Id));

        fixture.Store.Save(("global", "again"), 1);
        backup = await fixture.CreateAsync(incremental: true);
        Assert.Single(backup.Manifest.Layers);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(backup.Id));
    }

    [Fact]
    public async Task Layers_of_different_codecs_merge_into_the_one_in_use()
    {
        using BackupFixture fixture = new(configure: static options => options with { MergeLimits = FewLayers });
        fixture.Store.Save(("global", "a"), "base");
        await fixture.CreateAsync();
        for (int i = 0; i < 12; i++)
        {
            fixture.Options = fixture.Options with { Codec = (LayerCodec)(i % 3) };
            fixture.Reopen();
            fixture.Store.Save(("global", "b" + (i % 5)), i);
            BackupSummary backup = await fixture.CreateAsync(incremental: true);
            Assert.InRange(backup.Manifest.Layers.Count, 2, 4);
            Assert.Equal((LayerCodec)(i % 3), backup.Manifest.Layers[^1].Codec);
            Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(backup.Id));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_layer_is_not_merged_and_the_backup_is_full_and_names_it(bool whole)
    {
        (MemoryStorage prepared, Func<StateStore> store, BackupOptions options) = await PrepareAsync(whole);
        BackupService service = Service(store(), prepared.Copy(), options);
        BackupManifest parent = (await service.ListAsync(Cancel)).Backups[^1].Manifest;
        CreateResult undamaged = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.True(undamaged.MergedLayers > 1);
        ManifestLayer[] merged = [.. parent.Layers.Where(layer => !undamaged.Backup.Manifest.Layers.Contains(layer))];
        Assert.Equal(undamaged.MergedLayers - 1, merged.Length);
        foreach (string path in RepositoryPaths.LayerFiles(merged))
        {
            foreach (int at in (int[])[0, prepared.Files[path].Length / 2, prepared.Files[path].Length - 1])
            {
                MemoryStorage storage = prepared.Copy();
                storage.Files[path][at] ^= 0x10;
                using StateStore present = store();
                service = Service(present, storage, options);
                CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
                Assert.Equal(BackupKind.Full, created.Backup.Manifest.Kind);
                Assert.Contains(path, created.Backup.Manifest.Reason, StringComparison.Ordinal);
                Assert.Equal(0, created.MergedLayers);
                Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
                await AssertNothingUnnamedAsync(storage, service);

                // Later ones build on the full.
                present.Save(("global", "later"), 1);
                created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
                Assert.True(created.Backup.IsIncremental);
                Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layer_that_cannot_be_read_for_good_does_not_keep_backups_from_being_made(bool whole)
    {
        (MemoryStorage prepared, Func<StateStore> store, BackupOptions options) = await PrepareAsync(whole);
        using StateStore present = store();
        BackupManifest parent = (await Service(present, prepared, options).ListAsync(Cancel)).Backups[^1].Manifest;
        UnreadableFile storage = new(prepared, RepositoryPaths.LayerData(parent.Layers[^1].Id, parent.Layers[^1].Codec));
        BackupService service = Service(present, storage, options);
        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(BackupKind.Full, created.Backup.Manifest.Kind);
        Assert.Contains("this sector is gone", created.Backup.Manifest.Reason, StringComparison.Ordinal);
        Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_is_written_while_layers_are_merged_belongs_to_the_next_backup_unless_the_store_is_read_again(bool whole, bool damaged)
    {
        (MemoryStorage prepared, Func<StateStore> store, BackupOptions options) = await PrepareAsync(whole);
        using StateStore present = store();
        BackupManifest parent = (await Service(present, prepared, options).ListAsync(Cancel)).Backups[^1].Manifest;
        string path = RepositoryPaths.LayerData(parent.Layers[^1].Id, parent.Layers[^1].Codec);
        if (damaged)
        {
            prepared.Files[path][^1] ^= 1;
        }

        IReadOnlyList<string> before = StateContent.Read(present);
        IReadOnlyList<string>? after = null;
        HookedStorage storage = new(prepared, path, () =>
        {
            if (after is null)
            {
                present.Save(("agent:other", "written"), "meanwhile");
                after = StateContent.Read(present);
            }
        });
        BackupService service = Service(present, storage, options);
        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(!damaged, created.Backup.IsIncremental);
        Assert.Equal(damaged ? after : before, await ContentOfAsync(prepared, created.Backup));
        created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.True(created.Backup.IsIncremental);
        Assert.Equal(after, await ContentOfAsync(prepared, created.Backup));
    }

    [Fact]
    public async Task A_create_without_changes_merges_nothing()
    {
        using BackupFixture fixture = new(StoreKind.Memory, static options => options with { MergeLimits = FewLayers });
        fixture.Store.Save(("global", "a"), 1);
        await fixture.CreateAsync();
        for (int i = 0; i < 3; i++)
        {
            fixture.Store.Save(("global", "b"), i);
            await fixture.CreateAsync(incremental: true);
        }

        CreateResult created = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(0, created.MergedLayers);
        Assert.Equal(4, created.Backup.Manifest.Layers.Count);
        Assert.Equal(created.Backup.ManifestBytes, created.Backup.SizeBytes);
    }

    [Fact]
    public async Task A_safety_backup_merges_as_any_other()
    {
        using BackupFixture fixture = new(configure: static options => options with { MergeLimits = FewLayers });
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary first = await fixture.CreateAsync();
        for (int i = 0; i < 3; i++)
        {
            fixture.Store.Save(("global", "b"), i);
            await fixture.CreateAsync(incremental: true);
        }

        fixture.Store.Save(("global", "b"), "unsaved");
        IReadOnlyList<string> before = StateContent.Read(fixture.Store);
        RestoreResult restored = await fixture.Service.RestoreAsync(first.Id.Value, Cancel);
        Assert.InRange(restored.SafetyBackup!.Manifest.Layers.Count, 2, 3);
        Assert.Equal(before, await fixture.ContentOfAsync(restored.SafetyBackup.Id));
    }

    [Fact]
    public async Task Damage_that_is_met_where_it_is_looked_for_what_is_dead_makes_the_backup_full_and_is_named()
    {
        using StateStore store = NewStore();
        MemoryStorage storage = new();
        BackupOptions options = new() { Codec = LayerCodec.None, MergeLimits = SmallChanges with { MaxLayers = 16 } };
        BackupService service = Service(store, storage, options);
        for (int i = 0; i < 10; i++)
        {
            store.Save(("global", $"{i}/large"), new string('a', 200));
            store.Save(("global", $"{i}/small"), 1);
        }

        ManifestLayer @base = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest.Layers[0];
        storage.Files[RepositoryPaths.LayerData(@base.Id, @base.Codec)][100] ^= 1;
        store.Save(("global", "1/small"), 2);
        BackupManifest backup = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup.Manifest;
        Assert.Equal(BackupKind.Full, backup.Kind);
        Assert.Contains(RepositoryPaths.LayerData(@base.Id, @base.Codec), backup.Reason, StringComparison.Ordinal);
        Assert.True((await service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
    }

    /// <summary>A chain whose next incremental merges, and what makes a store that it was taken of, as often as needed.</summary>
    private static async Task<(MemoryStorage Storage, Func<StateStore> Store, BackupOptions Options)> PrepareAsync(bool whole)
    {
        BackupOptions options = new() { MergeLimits = FewLayers, MaxBackups = null, MaxBackupAge = null };
        MemoryStorage storage = new();
        using StateStore store = NewStore();
        store.Save(("global", "a"), new string('a', 200));
        store.Save(("session:1", "gone"), "deleted later");
        await Service(store, storage, options).CreateAsync(new CreateRequest(), Cancel);
        for (int i = 0; i < 3; i++)
        {
            store.Save(("global", "b" + i), new string('b', 50));
            store.Delete(("session:1", "gone"));
            await Service(store, storage, options).CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        }

        string newest = (await Service(store, storage, options).ListAsync(Cancel)).Backups[^1].Id.Value;
        options = whole ? options with { MergeLimits = SmallChanges } : options;
        BackupOptions used = options;
        return (storage, Restored, options);

        StateStore Restored()
        {
            StateStore restored = NewStore();
            Service(restored, storage, used).RestoreAsync(newest, Cancel).GetAwaiter().GetResult();
            restored.Save(("global", "b1"), new string('c', 200));
            return restored;
        }
    }

    private static StateStore NewStore() => new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    private static BackupService Service(StateStore store, IRepositoryStorage storage, BackupOptions options) => new(() => store, storage, options);

    private static async Task<IReadOnlyList<string>> ContentOfAsync(IRepositoryStorage storage, BackupSummary backup)
    {
        using StateStore scratch = NewStore();
        await Service(scratch, storage, new BackupOptions()).RestoreAsync(backup.Id.Value, Cancel);
        return StateContent.Read(scratch);
    }

    private static async Task AssertNothingUnnamedAsync(IRepositoryStorage storage, BackupService service)
    {
        string[] named = [.. RepositoryPaths.LayerFiles((await service.ListAsync(Cancel)).Backups.SelectMany(static backup => backup.Manifest.Layers))
            .Distinct().Order(StringComparer.Ordinal)];
        string[] found = [.. (await storage.ListAsync(RepositoryPaths.Layers, Cancel)).Select(static file => file.Path).Order(StringComparer.Ordinal)];
        Assert.Equal(named, found);
    }

    /// <summary>Runs something whenever a file is opened for reading.</summary>
    private class HookedStorage(IRepositoryStorage inner, string path, Action hook) : IRepositoryStorage
    {
        public string Location => inner.Location;

        public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => inner.BeginPutAsync(path, cancellationToken);

        public Task<IRepositoryFile?> OpenAsync(string opened, CancellationToken cancellationToken)
        {
            if (opened == path)
            {
                hook();
            }

            return inner.OpenAsync(opened, cancellationToken);
        }

        public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

        public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

        public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

        public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
            inner.TryLockAsync(which, exclusive, cancellationToken);
    }

    private sealed class UnreadableFile(IRepositoryStorage inner, string path)
        : HookedStorage(inner, path, static () => throw new StateStorageException("this sector is gone", "This is a test."));

    private static StateValue Noise(int bytes) => StateValue.From(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));

    /// <summary>A storage on a disk that has room for files of some bytes, and for no longer ones.</summary>
    private sealed class LittleRoom(IRepositoryStorage inner, long bytes) : IRepositoryStorage
    {
        public string Location => inner.Location;

        public async Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) =>
            new Upload(await inner.BeginPutAsync(path, cancellationToken), bytes);

        public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) => inner.OpenAsync(path, cancellationToken);

        public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

        public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

        public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

        public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
            inner.TryLockAsync(which, exclusive, cancellationToken);

        private sealed class Upload(IRepositoryUpload upload, long room) : IRepositoryUpload
        {
            private long _written;

            public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
            {
                _written += bytes.Length;
                return _written <= room
                    ? upload.WriteAsync(bytes, cancellationToken)
                    : ValueTask.FromException(FileFailure.Of("cannot write the file", new IOException("No space left on device", 28)));
            }

            public Task CompleteAsync(CancellationToken cancellationToken) => upload.CompleteAsync(cancellationToken);

            public ValueTask DisposeAsync() => upload.DisposeAsync();
        }
    }
}
