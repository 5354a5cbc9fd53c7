using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A repair moves what is damaged aside, deletes nothing, makes again what can be made again, and leaves whole backups alone.</summary>
public sealed class RepairTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<LayerCodec> Codecs => [LayerCodec.Zstd, LayerCodec.Lz4, LayerCodec.None];

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task Whatever_file_is_damaged_the_whole_backups_stay_and_nothing_is_deleted(LayerCodec codec)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync(codec);
        foreach ((string path, byte[] whole) in repository.Storage.Files)
        {
            byte[] flipped = [.. whole];
            flipped[whole.Length / 3] ^= 4;
            foreach (byte[]? bytes in (byte[]?[])[flipped, whole[..(whole.Length / 2)], null])
            {
                MemoryStorage damaged = repository.Storage.Copy();
                damaged.Files.TryRemove(path, out _);
                if (bytes is not null)
                {
                    damaged.Files[path] = bytes;
                }

                await AssertRepairedAsync(repository, damaged, $"{path}: {bytes?.Length} of {whole.Length} bytes");
            }
        }
    }

    [Fact]
    public async Task Several_damages_at_once_are_repaired_at_once()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = DamageMuch(repository);

        RepairReport report = await AssertRepairedAsync(repository, damaged, "much");

        Assert.Equal([repository.Backups[2].Id], report.Lost);
        Assert.Equal(3, report.Kept.Count);
        Assert.Equal(
            [RepositoryPaths.Descriptor, RepositoryPaths.LayerIndex(repository.Backups[3].Layers[0].Id)],
            report.Made.Select(made => made.File));
        Assert.Contains(RepositoryPaths.Pin(repository.Backups[1].Id), Assert.Single(report.Notices), StringComparison.Ordinal);
        Assert.Equal([repository.Backups[1].Id], await PinnedAsync(damaged));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_repair_the_next_incremental_builds_on_what_a_validation_had_found_damaged(bool isMissing)
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        fixture.Store.Save(("s", "a"), 1);
        BackupId id = (await fixture.Service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id;
        ManifestLayer layer = (await fixture.Service.GetAsync(id.Value, Cancel)).Manifest.Layers[0];
        string index = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerIndex(layer.Id));
        byte[] bytes = await File.ReadAllBytesAsync(index, Cancel);
        bytes[^1] ^= 1;
        File.Delete(index);
        if (!isMissing)
        {
            await File.WriteAllBytesAsync(index, bytes, Cancel);
        }

        Assert.False((await fixture.Service.ValidateAsync(id.Value, Cancel)).IsValid);
        RepairReport report = await fixture.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Contains($"validations/{id}.1.json", report.Moved.Select(static move => move.File));
        Assert.Null((await fixture.Service.GetAsync(id.Value, Cancel)).Validation);
        fixture.Store.Save(("s", "a"), 2);
        BackupManifest next = (await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup.Manifest;
        Assert.Equal((BackupKind.Incremental, id), (next.Kind, next.Parent));
    }

    [Fact]
    public async Task A_layer_of_which_two_manifests_tell_different_things_gets_its_index_again_all_the_same()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = repository.Storage.Copy();
        BackupManifest edited = repository.Backups[1];
        ManifestLayer shared = edited.Layers[0];
        edited = edited with { Layers = [shared with { CreatedBy = edited.Id }, .. edited.Layers.Skip(1)] };
        damaged.Files[RepositoryPaths.Manifest(edited.Id)] = ManifestJson.Write(edited);
        string index = RepositoryPaths.LayerIndex(shared.Id);
        damaged.Files[index] = [.. damaged.Files[index]];
        damaged.Files[index][^1] ^= 1;

        RepairReport report = await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Equal([index], report.Made.Select(made => made.File));
        Assert.Empty(report.Lost);
        foreach (BackupManifest backup in repository.Backups)
        {
            await repository.AssertRestoresAsync(damaged, backup.Id);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_no_file_and_has_the_name_of_one_is_moved_aside_and_the_file_made_again(bool isFolder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && !isFolder, "links need a privilege there");
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary backup = await fixture.CreateAsync();
        string[] paths = [RepositoryPaths.Descriptor, RepositoryPaths.LayerIndex(Assert.Single(backup.Manifest.Layers).Id)];
        foreach (string file in paths.Select(path => Path.Combine(fixture.RepositoryFolder, path)))
        {
            File.Delete(file);
            _ = isFolder ? Directory.CreateDirectory(file) : File.CreateSymbolicLink(file, "nowhere");
        }

        RepairReport report = await fixture.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Equal(paths, report.Made.Select(made => made.File));
        Assert.Equal(paths, report.Moved.Select(moved => moved.File));
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(fixture.RepositoryFolder, report.Folder!, path))));
        Assert.True((await fixture.Service.CheckRepositoryAsync(null, Cancel)).IsWhole);
        Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_dry_run_says_what_a_repair_does_and_does_nothing()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = DamageMuch(repository);
        MemoryStorage before = damaged.Copy();

        RepairReport planned = await repository.ServiceOn(new ReadOnlyStorage(damaged)).RepairRepositoryAsync(new RepairRequest { DryRun = true }, null, Cancel);
        Assert.Equal(before.Files.OrderBy(file => file.Key), damaged.Files.OrderBy(file => file.Key));

        RepairReport done = await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Null(planned.Folder);
        Assert.Matches("^damaged/[0-9]{8}-[0-9]{6}-[a-z0-9]{8}$", done.Folder);
        Assert.Equal(planned.Moved, done.Moved);
        Assert.Equal(planned.Made, done.Made);
        Assert.Equal(planned.Lost, done.Lost);
        Assert.Equal(planned.Kept, done.Kept);
    }

    [Fact]
    public async Task A_manifest_that_is_moved_aside_takes_every_layer_along_that_it_may_name()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = repository.Storage.Copy();
        BackupManifest lost = repository.Backups[3];
        damaged.Files[RepositoryPaths.Manifest(lost.Id)][9] ^= 1;

        RepairReport report = await AssertRepairedAsync(repository, damaged, "manifest");

        Assert.Contains(report.Moved, move => move.File == RepositoryPaths.LayerData(lost.Layers[0].Id, LayerCodec.Zstd));
        Assert.Contains(report.Moved, move => move.File == RepositoryPaths.LayerIndex(lost.Layers[0].Id));
        Assert.Equal(RepositoryPaths.Manifest(lost.Id), report.Moved[^1].File);
    }

    [Fact]
    public async Task An_incremental_after_its_parent_was_lost_builds_on_the_newest_that_is_whole()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Storage.Files[RepositoryPaths.LayerData(repository.Backups[3].Layers[0].Id, LayerCodec.Zstd)][^1] ^= 1;

        await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        repository.Store.Save(("global", "after"), "the repair");
        BackupManifest next = await repository.CreateBackupAsync(incremental: true);

        Assert.Equal(repository.Backups[2].Id, next.Parent);
        await repository.AssertRestoresAsync(repository.Storage, next.Id);
    }

    [Fact]
    public async Task Where_all_are_lost_the_next_is_full_and_says_why()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys.Where(static path => path.EndsWith(".zst", StringComparison.Ordinal)))
        {
            repository.Storage.Files[path][^1] ^= 1;
        }

        RepairReport report = await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Empty(report.Kept);
        BackupManifest next = await repository.CreateBackupAsync(incremental: true);

        Assert.Equal(BackupKind.Full, next.Kind);
        Assert.Contains("no earlier backup", next.Reason, StringComparison.Ordinal);
        await repository.AssertRestoresAsync(repository.Storage, next.Id);
    }

    [Fact]
    public async Task The_sweep_leaves_what_was_moved_aside()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = DamageMuch(repository);
        await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        string[] aside = [.. damaged.Files.Keys.Where(static path => path.StartsWith("damaged/", StringComparison.Ordinal)).Order()];
        Assert.NotEmpty(aside);

        await repository.ServiceOn(damaged).CleanupAsync(new CleanupRequest(), Cancel);

        Assert.Equal(aside, damaged.Files.Keys.Where(static path => path.StartsWith("damaged/", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Two_repairs_at_once_are_as_one()
    {
        for (int round = 0; round < 10; round++)
        {
            using SmallRepository repository = await SmallRepository.CreateAsync();
            MemoryStorage damaged = DamageMuch(repository);
            BackupOptions options = repository.Options with { TimeProvider = TimeProvider.System };

            RepairReport[] reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
                () => new BackupService(() => repository.Store, damaged, options).RepairRepositoryAsync(new RepairRequest(), null, Cancel), Cancel)));

            Assert.Single(reports, report => report.Moved.Count == 0 && report.Made.Count == 0);
            await AssertWholeAsync(repository, DamageMuch(repository), damaged, reports[0].Kept, "two at once");
        }
    }

    [Theory]
    [InlineData(StorageFault.Before)]
    [InlineData(StorageFault.After)]
    public async Task A_repair_that_fails_anywhere_loses_nothing_and_the_next_one_ends_it(StorageFault fault)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damage = DamageMuch(repository);
        for (int failAt = 1; ; failAt++)
        {
            MemoryStorage damaged = damage.Copy();
            FaultyStorage faulty = new(damaged, failAt, fault, staysBroken: true);
            Exception? failure = await Record.ExceptionAsync(() => repository.ServiceOn(faulty).RepairRepositoryAsync(new RepairRequest(), null, Cancel));
            if (!faulty.HasFailed)
            {
                Assert.Null(failure);
                Assert.True(failAt > 50);
                return;
            }

            Assert.IsType<StateException>(failure, exactMatch: false);
            Assert.Equal([repository.Backups[1].Id], await PinnedAsync(damaged));
            RepairReport report = await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
            Assert.Equal(3, report.Kept.Count);
            await AssertWholeAsync(repository, damage, damaged, report.Kept, faulty.Operations[failAt - 1]);
        }
    }

    [Fact]
    public async Task A_damaged_pin_stays_where_it_is_and_pins_until_it_is_made_anew()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupId pinned = repository.Backups[1].Id;
        repository.Storage.Files[RepositoryPaths.Pin(pinned)][3] ^= 1;

        RepairReport report = await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Empty(report.Moved);
        Assert.Contains("unpin", Assert.Single(report.Notices), StringComparison.Ordinal);
        RepositoryDamage damage = Assert.Single((await repository.Service.CheckRepositoryAsync(null, Cancel)).Damages);
        Assert.False(damage.IsRepairable);
        Assert.Empty(damage.Affected);
        BackupService strict = new(() => repository.Store, repository.Storage, repository.Options with { MaxBackups = 1 });
        await strict.CleanupAsync(new CleanupRequest(), Cancel);
        Assert.Contains((await strict.ListAsync(Cancel)).Backups, backup => backup.Id == pinned);

        await strict.UnpinAsync(pinned.Value, Cancel);
        await strict.PinAsync(pinned.Value, "again", Cancel);
        Assert.True((await strict.CheckRepositoryAsync(null, Cancel)).IsWhole);
    }

    [Fact]
    public async Task A_manifest_of_a_newer_version_is_left_with_all_whole_layers()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage damaged = repository.Storage.Copy();
        string newer = RepositoryPaths.Manifest(repository.Backups[3].Id);
        damaged.Files[newer] = SealedJson.Seal("""{"type":"llmspell-manifest","format":2,"requires":[]}"""u8);
        string data = RepositoryPaths.LayerData(repository.Backups[2].Layers[^1].Id, LayerCodec.Zstd);
        damaged.Files[data][^1] ^= 1;

        RepairReport report = await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Equal([data, RepositoryPaths.Manifest(repository.Backups[2].Id)], report.Moved.Select(move => move.File));
        Assert.Contains(newer, Assert.Single(report.Notices), StringComparison.Ordinal);
        Assert.Single((await repository.ServiceOn(damaged).CheckRepositoryAsync(null, Cancel)).Unchecked);
        damaged.Files.TryRemove(RepositoryPaths.Descriptor, out _);
        await Assert.ThrowsAsync<StateUnsupportedException>(() => repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel));
        Assert.False(damaged.Files.ContainsKey(RepositoryPaths.Descriptor));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_repair_moved_aside_comes_back_as_older_than_what_was_made_since(bool copiedBack)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage second = repository.Storage.Copy();
        repository.Storage.Files[RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd)][^1] ^= 1;
        repository.Storage.Files[RepositoryPaths.Manifest(repository.Backups[3].Id)][^1] ^= 1;
        RepairReport report = await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Equal(4, report.Lost.Count);
        string[] made = ["new a", "new b"];
        foreach (string description in made)
        {
            repository.Store.Save(("global", "round"), description);
            await repository.Service.CreateAsync(new CreateRequest { Description = description }, Cancel);
        }

        if (copiedBack)
        {
            CopyReport copy = await repository.ServiceOn(second).CopyAsync(repository.Storage, new CopyRequest(), null, Cancel);
            Assert.Equal(4, copy.Copied.Count);
        }
        else
        {
            foreach ((string path, byte[] bytes) in repository.Storage.Files.Where(file => file.Key.StartsWith(report.Folder + "/", StringComparison.Ordinal)))
            {
                string back = path[(report.Folder!.Length + 1)..];
                repository.Storage.Files[back] = back.StartsWith("manifests/", StringComparison.Ordinal) ? second.Files[back] : bytes;
            }
        }

        BackupListing listing = await repository.Service.ListAsync(Cancel);
        Assert.Equal(
            [.. repository.Backups.Select(static backup => backup.Id)],
            listing.Backups.SkipLast(2).Select(static backup => backup.Id));
        Assert.Equal(made, listing.Backups.TakeLast(2).Select(static backup => backup.Manifest.Description));
    }

    [Fact]
    public async Task Without_a_lost_backup_a_repair_leaves_the_ordinals_alone()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Storage.Files[RepositoryPaths.LayerIndex(repository.Backups[3].Layers[0].Id)][^1] ^= 1;
        RepairReport report = await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Empty(report.Lost);
        Assert.Empty(await repository.Storage.ListAsync(RepositoryPaths.Damaged, Cancel));
        Assert.Equal(repository.Backups[3].Ordinal + 1, (await repository.CreateBackupAsync(incremental: true)).Ordinal);
    }

    /// <summary>A layer that one backup needs, an index, a pin, a remembered validation, and repository.json.</summary>
    private static MemoryStorage DamageMuch(SmallRepository repository)
    {
        MemoryStorage damaged = repository.Storage.Copy();
        damaged.Files[RepositoryPaths.LayerData(repository.Backups[2].Layers[^1].Id, LayerCodec.Zstd)][^1] ^= 1;
        damaged.Files.TryRemove(RepositoryPaths.LayerIndex(repository.Backups[3].Layers[0].Id), out _);
        damaged.Files[RepositoryPaths.Pin(repository.Backups[1].Id)][3] ^= 1;
        damaged.Files[$"validations/{repository.Backups[0].Id}.1.json"][3] ^= 1;
        damaged.Files[RepositoryPaths.Descriptor][3] ^= 1;
        return damaged;
    }

    private static async Task<RepairReport> AssertRepairedAsync(SmallRepository repository, MemoryStorage damaged, string what)
    {
        MemoryStorage before = damaged.Copy();
        RepairReport report = await repository.ServiceOn(damaged).RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Equal(
            repository.Backups.Select(backup => backup.Id).Where(id => before.Files.ContainsKey(RepositoryPaths.Manifest(id))).Order(Comparer<BackupId>.Create(
                static (one, other) => string.CompareOrdinal(one.Value, other.Value))),
            report.Lost.Concat(report.Kept).Order(Comparer<BackupId>.Create(static (one, other) => string.CompareOrdinal(one.Value, other.Value))));
        await AssertWholeAsync(repository, before, damaged, report.Kept, what);
        return report;
    }

    private static async Task AssertWholeAsync(
        SmallRepository repository, MemoryStorage before, MemoryStorage after, IReadOnlyList<BackupId> kept, string what)
    {
        MemoryStorage repaired = after.Copy();
        RepositoryCheckReport check = await repository.ServiceOn(after).CheckRepositoryAsync(null, Cancel);
        // A damaged pin stays: it pins all the same.
        Assert.True(
            check.Damages.All(damage => damage.File == RepositoryPaths.Pin(repository.Backups[1].Id)), $"{what}: {string.Join('\n', check.Damages)}");
        Assert.Equal(kept, check.Backups.Select(backup => backup.Id));
        foreach (BackupManifest backup in repository.Backups.Where(backup => kept.Contains(backup.Id)))
        {
            foreach (string path in RepositoryPaths.LayerFiles(backup.Layers).Append(RepositoryPaths.Manifest(backup.Id)))
            {
                Assert.Equal(repository.Storage.Files[path], after.Files[path]);
            }

            await repository.AssertRestoresAsync(after.Copy(), backup.Id);
        }

        foreach ((string path, byte[] bytes) in before.Files.Where(static file => file.Value.Length > 0))
        {
            Assert.True(
                repaired.Files.Any(file => (file.Key == path || file.Key.EndsWith($"/{path}", StringComparison.Ordinal)) && file.Value.AsSpan().SequenceEqual(bytes)),
                $"{what}: {path} was deleted");
        }

        RepairReport again = await repository.ServiceOn(after).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Empty(again.Moved);
        Assert.Empty(again.Made);
        Assert.Null(again.Folder);
    }

    private static async Task<IEnumerable<BackupId>> PinnedAsync(MemoryStorage storage) => (await PinFiles.ReadAllAsync(storage, Cancel)).Keys;
}
