using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A file that the storage does not give counts as a damaged one, with the cause; a storage that gives nothing does not.</summary>
public sealed class UnreadableTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_file_that_cannot_be_read_is_found_alone_and_moved_aside(bool isForbidden)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys)
        {
            BackupService ServiceOn(MemoryStorage files) =>
                repository.ServiceOn(new UnreadableStorage(files, file => file == path) { IsForbidden = _ => isForbidden });

            RepositoryCheckReport check = await ServiceOn(repository.Storage.Copy()).CheckRepositoryAsync(null, Cancel);
            Assert.NotEmpty(check.Damages);
            Assert.All(check.Damages, damage => Assert.Equal(path, damage.File));
            Assert.Contains(check.Damages, damage => damage.Message.Contains(isForbidden ? "permission denied" : "Input/output error", StringComparison.Ordinal));
            Assert.Empty(check.Unchecked);

            MemoryStorage files = repository.Storage.Copy();
            RepairReport repair = await ServiceOn(files).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
            bool isPin = RepositoryPaths.FolderOf(path) == RepositoryPaths.Pins;
            Assert.Equal(!isPin, repair.Moved.Any(move => move.File == path));
            if (!isPin)
            {
                Assert.Equal(repository.Storage.Files[path], files.Files[$"{repair.Folder}/{path}"]);
            }

            RepositoryCheckReport after = await repository.ServiceOn(files).CheckRepositoryAsync(null, Cancel);
            Assert.True(after.IsWhole, path);
            Assert.Equal(repair.Kept, after.Backups.Select(backup => backup.Id));
            foreach (BackupId id in repair.Kept)
            {
                await repository.AssertRestoresAsync(files, id);
            }
        }
    }

    [Fact]
    public async Task A_validation_names_the_layer_that_cannot_be_read_and_all_that_are_lost_by_it()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string path = RepositoryPaths.LayerData(repository.Backups[1].Layers[^1].Id, LayerCodec.Zstd);

        ValidationResult result = await repository.ServiceOn(new UnreadableStorage(repository.Storage, file => file == path))
            .ValidateManyAsync(new ValidationRequest(), null, Cancel);

        BackupDamage damage = Assert.Single(result.Damages);
        Assert.Equal(path, damage.File);
        Assert.Equal(0, damage.Block);
        Assert.Equal(repository.Having(path), damage.Lost);
        Assert.Null(result.NotRemembered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layer_that_the_target_of_a_copy_cannot_read_keeps_only_its_own_backups_from_being_copied(bool isForbidden)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys.Where(path => RepositoryPaths.FolderOf(path) == RepositoryPaths.Layers))
        {
            MemoryStorage target = repository.Storage.Copy();
            await target.DeleteAsync([.. repository.Backups.Select(backup => RepositoryPaths.Manifest(backup.Id))], Cancel);
            UnreadableStorage broken = new(target, file => file == path) { IsForbidden = _ => isForbidden };

            CopyReport report = await repository.Service.CopyAsync(broken, new CopyRequest(), null, Cancel);

            Assert.Equal(repository.Having(path), report.Failed.Select(failed => failed.Id));
            Assert.Equal(4, report.Copied.Count + report.Failed.Count);
            Assert.All(report.Failed, failed => Assert.Equal(path, Assert.IsType<BackupDamagedException>(failed.Problem).File));
            Assert.All(report.Failed, failed => Assert.Contains(isForbidden ? "permission denied" : "Input/output error", failed.Problem.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(24, "Too many open files")]
    [InlineData(23, "Too many open files in system")]
    [InlineData(12, "Cannot allocate memory")]
    public async Task No_file_is_damaged_because_the_system_can_open_no_more(int error, string message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The numbers are those of Unix.");
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys)
        {
            MemoryStorage files = repository.Storage.Copy();
            UnreadableStorage full = new(files, file => file == path) { IsForbidden = _ => true, Cause = new IOException(message, error) };
            BackupService service = repository.ServiceOn(full);

            await Assert.ThrowsAsync<StateStorageException>(() => service.RepairRepositoryAsync(new RepairRequest(), null, Cancel));
            await Assert.ThrowsAsync<StateStorageException>(() => service.CheckRepositoryAsync(null, Cancel));
            MemoryStorage target = new();
            Exception? failure = await Record.ExceptionAsync(() => service.CopyAsync(target, new CopyRequest(), null, Cancel));
            Assert.True(failure is null or StateStorageException, failure?.ToString());
            Assert.Equal(repository.Storage.Files.Keys.Order(StringComparer.Ordinal), files.Files.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_is_no_newer_one_and_keeps_nobody_from_making_repository_json_anew()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string path = RepositoryPaths.Manifest(repository.Backups[3].Id);
        repository.Storage.Files.TryRemove(RepositoryPaths.Descriptor, out _);
        BackupService service = repository.ServiceOn(new UnreadableStorage(repository.Storage, file => file == path));

        RepositoryCheckReport check = await service.CheckRepositoryAsync(null, Cancel);
        Assert.Empty(check.Unchecked);
        Assert.Contains(check.Damages, damage => damage.File == path && damage.Message.Contains("Input/output error", StringComparison.Ordinal));

        RepairReport repair = await service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Equal([RepositoryPaths.Descriptor], repair.Made.Select(made => made.File));
        Assert.Equal([repository.Backups[3].Id], repair.Lost);
        ValidationResult result = await repository.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel);
        Assert.True(result.IsValid);
        Assert.Empty(result.Unchecked);
    }

    [Fact]
    public async Task A_restore_of_it_leaves_the_state_and_names_the_file()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string path = RepositoryPaths.LayerData(repository.Backups[1].Layers[0].Id, LayerCodec.Zstd);

        BackupDamagedException damage = await Assert.ThrowsAsync<BackupDamagedException>(
            () => repository.ServiceOn(new UnreadableStorage(repository.Storage, file => file == path)).RestoreAsync(repository.Backups[1].Id.Value, Cancel));

        Assert.Equal(path, damage.File);
        Assert.Contains("Input/output error", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_only_once_is_no_damage()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        FaultyStorage count = new(repository.Storage.Copy(), 0);
        await repository.ServiceOn(count).CheckRepositoryAsync(null, Cancel);
        for (int failAt = 1; failAt <= count.Operations.Count; failAt++)
        {
            FaultyStorage faulty = new(repository.Storage.Copy(), failAt);
            RepositoryCheckReport? report = null;
            Exception? failure = await Record.ExceptionAsync(async () => report = await repository.ServiceOn(faulty).CheckRepositoryAsync(null, Cancel));

            // Listings and locks are not tried again.
            Assert.True(report is { IsWhole: true } || failure == faulty.Failure, $"{faulty.Operations[failAt - 1]}: {failure?.Message}");
        }
    }

    [Fact]
    public async Task What_fails_only_once_keeps_nothing_from_being_copied()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        FaultyStorage count = new(repository.Storage, 0);
        await repository.ServiceOn(count).CopyAsync(new MemoryStorage(), new CopyRequest(), null, Cancel);
        for (int failAt = 1; failAt <= count.Operations.Count; failAt++)
        {
            FaultyStorage faulty = new(repository.Storage, failAt);
            CopyReport? report = null;
            Exception? failure = await Record.ExceptionAsync(
                async () => report = await repository.ServiceOn(faulty).CopyAsync(new MemoryStorage(), new CopyRequest(), null, Cancel));

            // Listings and locks are not tried again.
            Assert.True(report is { Copied.Count: 4 } || failure == faulty.Failure, $"{faulty.Operations[failAt - 1]}: {failure?.Message}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nothing_can_be_read_the_storage_fails_and_nothing_is_damaged_moved_or_deleted(bool isForbidden)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupOptions strict = repository.Options with { MaxBackups = 1 };
        foreach (string first in (string[])["", "manifests/", "layers/"])
        {
            // What was read before it broke: nothing, repository.json, manifests too.
            bool isBroken = first.Length == 0;
            MemoryStorage files = repository.Storage.Copy();
            UnreadableStorage storage = new(files, path => isBroken |= path.StartsWith(first, StringComparison.Ordinal)) { IsForbidden = _ => isForbidden };
            BackupService service = new(() => repository.Store, storage, strict);
            foreach (Func<Task> operation in (Func<Task>[])
            [
                () => service.CheckRepositoryAsync(null, Cancel),
                () => service.RepairRepositoryAsync(new RepairRequest(), null, Cancel),
                () => service.ValidateManyAsync(new ValidationRequest(), null, Cancel),
                () => service.RestoreAsync(repository.Backups[0].Id.Value, Cancel),
                () => service.CleanupAsync(new CleanupRequest(), Cancel),
                () => service.CopyAsync(new MemoryStorage(), new CopyRequest(), null, Cancel),
            ])
            {
                isBroken = first.Length == 0;
                await Assert.ThrowsAsync<StateStorageException>(operation);
            }

            Assert.Equal(repository.Storage.Files.Keys.Order(), files.Files.Keys.Order());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_incremental_never_goes_on_over_a_layer_that_cannot_be_read_where_layers_are_given_up(bool isForbidden)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string path = RepositoryPaths.LayerData(repository.Backups[3].Layers[0].Id, LayerCodec.Zstd);
        UnreadableStorage storage = new(repository.Storage, file => file == path) { IsForbidden = _ => isForbidden };
        BackupService service = new(() => repository.Store, storage, repository.Options with { MaxBackups = 1 });
        repository.Store.Save(("global", "round"), "after");

        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);

        Assert.False(created.Backup.IsIncremental);
        Assert.Contains("damaged", created.Backup.Manifest.Reason, StringComparison.Ordinal);
        Assert.Contains(created.Warnings, warning => warning.Contains(path, StringComparison.Ordinal));
        Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task A_repair_leaves_what_cannot_be_moved_with_all_that_names_it_and_goes_on()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage files = repository.Storage;
        BackupManifest lost = repository.Backups[2];
        string data = RepositoryPaths.LayerData(lost.Layers[^1].Id, LayerCodec.Zstd);
        string index = RepositoryPaths.LayerIndex(repository.Backups[3].Layers[0].Id);
        string memory = $"validations/{repository.Backups[0].Id}.1.json";
        files.Files[memory][3] ^= 1;
        UnreadableStorage storage = new(files, path => path == data || path == index) { IsFixed = path => path == data || path == index };

        RepairReport report = await repository.ServiceOn(storage).RepairRepositoryAsync(new RepairRequest(), null, Cancel);

        Assert.Equal([RepositoryPaths.LayerIndex(lost.Layers[^1].Id), memory], report.Moved.Select(move => move.File));
        Assert.Empty(report.Made);
        Assert.Empty(report.Lost);
        Assert.Equal(repository.Backups[..2].Select(backup => backup.Id), report.Kept);
        foreach (string path in (string[])[data, index, RepositoryPaths.Manifest(lost.Id)])
        {
            Assert.True(files.Files.ContainsKey(path));
            Assert.Contains(report.Notices, notice => notice.StartsWith(path, StringComparison.Ordinal));
        }

        // Nothing is lost by that: once all can be read again, the index that was moved is made again.
        RepairReport next = await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Equal([RepositoryPaths.LayerIndex(lost.Layers[^1].Id)], next.Made.Select(made => made.File));
        Assert.Equal(repository.Backups.Select(backup => backup.Id), next.Kept);
        Assert.True((await repository.Service.CheckRepositoryAsync(null, Cancel)).IsWhole);
    }
}
