using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class CopyTests
{
    private static readonly CopyRequest All = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<StorageFault> Faults => [StorageFault.Before, StorageFault.After, StorageFault.HalfWay];

    [Fact]
    public async Task Every_backup_arrives_as_it_was_and_a_second_copy_copies_nothing()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();

        CopyReport first = await repository.Service.CopyAsync(target, All, null, Cancel);
        Assert.Equal(repository.Backups.Select(backup => backup.Id), first.Copied);
        Assert.Equal(4 + (2 * 4), first.Files);
        Assert.Equal(target.Files.Where(static file => file.Key != RepositoryPaths.Descriptor).Sum(static file => (long)file.Value.Length), first.Bytes);
        await AssertCopiedAsync(repository, target);
        Assert.DoesNotContain(target.Files.Keys, path => path.StartsWith("pins/", StringComparison.Ordinal));

        CopyReport second = await repository.Service.CopyAsync(target, All, null, Cancel);
        Assert.Empty(second.Copied);
        Assert.Equal(first.Copied, second.AlreadyThere);
        Assert.Equal((0, 0L), (second.Files, second.Bytes));
    }

    [Fact]
    public async Task One_backup_brings_its_layers_along_and_the_next_one_only_what_is_new()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();

        await repository.Service.CopyAsync(target, new CopyRequest { Ids = [repository.Backups[1].Id.Value] }, null, Cancel);
        await repository.AssertRestoresAsync(target.Copy(), repository.Backups[1].Id);
        Assert.Single((await repository.ServiceOn(target).ListAsync(Cancel)).Backups);

        CopyReport next = await repository.Service.CopyAsync(target, new CopyRequest { Ids = [repository.Backups[2].Id.Value] }, null, Cancel);
        Assert.Equal(3, next.Files);
        await repository.AssertRestoresAsync(target.Copy(), repository.Backups[2].Id);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_copy_that_is_interrupted_anywhere_leaves_the_target_whole_and_the_next_one_goes_on(StorageFault fault)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        for (int failAt = 1; ; failAt++)
        {
            MemoryStorage target = new();
            FaultyStorage faulty = new(target, failAt, fault, staysBroken: true);
            Exception? failure = await Record.ExceptionAsync(() => repository.Service.CopyAsync(faulty, All, null, Cancel));
            if (!faulty.HasFailed)
            {
                Assert.Null(failure);
                Assert.True(failAt > 60);
                return;
            }

            string where = faulty.Operations[failAt - 1];
            Assert.True(ReferenceEquals(failure, faulty.Failure) || failure?.InnerException == faulty.Failure, $"{where}: {failure}");
            BackupListing listing = await repository.ServiceOn(target).ListAsync(Cancel);
            Assert.Empty(listing.Damaged);
            foreach (BackupSummary backup in listing.Backups)
            {
                Assert.True((await repository.ServiceOn(target).ValidateAsync(backup.Id.Value, Cancel)).IsValid, where);
            }

            Dictionary<string, byte[]> there = target.Files.ToDictionary();
            await repository.Service.CopyAsync(target, All, null, Cancel);
            await AssertCopiedAsync(repository, target);
            Assert.All(
                there.Where(static file => file.Key.StartsWith("layers/", StringComparison.Ordinal)), file => Assert.Same(file.Value, target.Files[file.Key]));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_file_that_cannot_be_read_keeps_only_its_own_backups_from_being_copied(StorageFault fault)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        for (int failAt = 1; ; failAt++)
        {
            FaultyStorage faulty = new(repository.Storage, failAt, fault);
            MemoryStorage target = new();
            CopyReport? report = null;
            Exception? failure = await Record.ExceptionAsync(async () => report = await repository.ServiceOn(faulty).CopyAsync(target, All, null, Cancel));
            if (!faulty.HasFailed)
            {
                return;
            }

            Assert.True(failure is null or StateException, failure?.ToString());
            if (report is not null)
            {
                Assert.Equal(4, report.Copied.Count + report.Failed.Count);
            }

            Assert.True(target.Files.IsEmpty || (await repository.ServiceOn(target).ValidateManyAsync(new ValidationRequest(), null, Cancel)).IsValid);
            await repository.Service.CopyAsync(target, All, null, Cancel);
            await AssertCopiedAsync(repository, target);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_that_a_cleanup_removes_meanwhile_is_not_called_damaged(bool copiesAll)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        (BackupId gone, BackupId there) = (repository.Backups[2].Id, repository.Backups[3].Id);
        CopyRequest request = copiesAll ? All : new CopyRequest { Ids = [gone.Value, there.Value] };
        for (int delayed = 1, left = 0; ; delayed++)
        {
            MemoryStorage source = repository.Storage.Copy();
            MemoryStorage target = new();
            await repository.Service.CopyAsync(target, new CopyRequest { Ids = delayed % 2 == 0 ? [] : [gone.Value] }, null, Cancel);
            FaultyStorage slow = new(source, delayed, StorageFault.Delayed)
            {
                Meanwhile = () => source.DeleteAsync([RepositoryPaths.Manifest(gone)], Cancel),
            };
            CopyReport? report = null;
            Exception? failure = await Record.ExceptionAsync(async () => report = await repository.ServiceOn(slow).CopyAsync(target, request, null, Cancel));
            if (!slow.HasFailed)
            {
                Assert.True(left > 0);
                return;
            }

            Assert.Equal(report is null, failure is BackupNotFoundException);
            Assert.True(failure is null || !copiesAll, failure?.ToString());
            if (report is null)
            {
                continue;
            }

            Assert.Contains(there, report.Copied);
            Assert.All(report.Failed, failed => Assert.IsType<BackupNotFoundException>(failed.Problem));
            Assert.True(report.Failed.Count == 0 || !copiesAll);
            left += report.Copied.Contains(gone) || report.AlreadyThere.Contains(gone) ? 0 : 1;
            Assert.True((await repository.ServiceOn(target).ValidateManyAsync(new ValidationRequest(), null, Cancel)).IsValid);
        }
    }

    [Fact]
    public async Task A_backup_that_a_cleanup_removes_from_the_target_meanwhile_is_copied_anew()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string gone = RepositoryPaths.Manifest(repository.Backups[2].Id);
        for (int delayed = 1; ; delayed++)
        {
            MemoryStorage target = new();
            await repository.Service.CopyAsync(target, All, null, Cancel);
            FaultyStorage slow = new(target, delayed, StorageFault.Delayed) { Meanwhile = () => target.DeleteAsync([gone], Cancel) };
            CopyReport report = await repository.Service.CopyAsync(slow, All, null, Cancel);
            if (!slow.HasFailed)
            {
                return;
            }

            Assert.Empty(report.Failed);
            Assert.Equal(4, report.Copied.Count + report.AlreadyThere.Count);
        }
    }

    [Fact]
    public async Task A_damaged_backup_is_named_and_the_others_are_copied()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string data = RepositoryPaths.LayerData(repository.Backups[1].Layers[^1].Id, LayerCodec.Zstd);
        repository.Storage.Files[data][^1] ^= 1;
        MemoryStorage target = new();

        CopyReport report = await repository.Service.CopyAsync(target, All, null, Cancel);

        Assert.Equal([repository.Backups[0].Id, repository.Backups[3].Id], report.Copied);
        Assert.Equal([repository.Backups[1].Id, repository.Backups[2].Id], report.Failed.Select(failed => failed.Id));
        Assert.All(report.Failed, failed => Assert.Equal(data, Assert.IsType<BackupDamagedException>(failed.Problem).File));
        Assert.False(target.Files.ContainsKey(data));
    }

    [Fact]
    public async Task Damage_in_the_target_is_named_and_comes_right_by_a_repair_and_a_copy()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();
        await repository.Service.CopyAsync(target, new CopyRequest { Ids = [repository.Backups[0].Id.Value] }, null, Cancel);
        string data = RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd);
        target.Files[data] = [.. target.Files[data]];
        target.Files[data][^1] ^= 1;

        CopyReport report = await repository.Service.CopyAsync(target, All, null, Cancel);
        Assert.Equal(2, report.Failed.Count);
        Assert.All(report.Failed, failed => Assert.Contains("repository repair", failed.Problem.Hint, StringComparison.Ordinal));

        await repository.ServiceOn(target).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Empty((await repository.Service.CopyAsync(target, All, null, Cancel)).Failed);
        await AssertCopiedAsync(repository, target);
    }

    [Fact]
    public async Task Damage_in_what_an_interrupted_copy_left_in_the_target_comes_right_by_a_cleanup_and_a_copy()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();
        await repository.Service.CopyAsync(target, All, null, Cancel);
        foreach (BackupManifest backup in repository.Backups)
        {
            target.Files.TryRemove(RepositoryPaths.Manifest(backup.Id), out _);
        }

        string data = RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd);
        target.Files[data] = [.. target.Files[data]];
        target.Files[data][^1] ^= 1;

        // To no backup there it is any loss, so a repair leaves it.
        await repository.ServiceOn(target).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        CopyReport report = await repository.Service.CopyAsync(target, All, null, Cancel);
        Assert.NotEmpty(report.Failed);
        Assert.All(report.Failed, failed => Assert.Contains("backup cleanup", failed.Problem.Hint, StringComparison.Ordinal));

        await repository.ServiceOn(target).CleanupAsync(new CleanupRequest(), Cancel);
        Assert.Empty((await repository.Service.CopyAsync(target, All, null, Cancel)).Failed);
        await AssertCopiedAsync(repository, target);
    }

    [Fact]
    public async Task What_a_repair_gave_up_comes_back_from_the_second_place()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage second = new();
        await repository.Service.CopyAsync(second, All, null, Cancel);
        MemoryStorage first = repository.Storage.Copy();
        first.Files[RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd)][^1] ^= 1;
        await repository.ServiceOn(first).RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Single((await repository.ServiceOn(first).ListAsync(Cancel)).Backups);

        await repository.ServiceOn(second).CopyAsync(first, All, null, Cancel);

        await AssertCopiedAsync(repository, first);
    }

    [Fact]
    public async Task Backups_of_other_states_there_stay_and_ordinals_are_kept()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        using SmallRepository other = await SmallRepository.CreateAsync();
        MemoryStorage target = other.Storage;
        Dictionary<string, byte[]> before = target.Files.ToDictionary();

        CopyReport report = await repository.Service.CopyAsync(target, All, null, Cancel);

        Assert.Equal(4, report.Copied.Count);
        Assert.All(before, file => Assert.Same(file.Value, target.Files[file.Key]));
        IReadOnlyList<BackupSummary> listed = (await other.Service.ListAsync(Cancel)).Backups;
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], listed.Select(backup => backup.Manifest.Ordinal));
        BackupManifest next = await other.CreateBackupAsync(incremental: true);
        Assert.Equal((5L, other.Backups[3].Id), (next.Ordinal, next.Parent));
    }

    [Fact]
    public async Task What_retention_has_removed_here_may_stay_there_and_copies_go_on()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();
        await repository.Service.CopyAsync(target, All, null, Cancel);
        repository.Storage.Files.TryRemove(RepositoryPaths.Manifest(repository.Backups[1].Id), out _);
        BackupManifest next = await repository.CreateBackupAsync(incremental: true);

        CopyReport report = await repository.Service.CopyAsync(target, All, null, Cancel);

        Assert.Equal([next.Id], report.Copied);
        Assert.Equal(5, (await repository.ServiceOn(target).ListAsync(Cancel)).Backups.Count);
    }

    [Fact]
    public async Task Backups_of_one_state_that_were_numbered_in_two_repositories_are_not_mixed()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage target = new();
        await repository.Service.CopyAsync(target, All, null, Cancel);
        MemoryStorage begunAnew = new();
        repository.Clock.Advance(TimeSpan.FromHours(1));
        BackupManifest first = (await repository.ServiceOn(begunAnew).CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest;

        CopyReport report = await repository.ServiceOn(begunAnew).CopyAsync(target, All, null, Cancel);

        FailedCopy failed = Assert.Single(report.Failed);
        Assert.Equal(first.Id, failed.Id);
        Assert.Contains("by the clock it is not", failed.Problem.Message, StringComparison.Ordinal);
        Assert.False(target.Files.ContainsKey(RepositoryPaths.Manifest(first.Id)));
    }

    [Fact]
    public async Task Lost_backups_come_back_although_a_newer_one_was_made_meanwhile()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage second = new();
        await repository.Service.CopyAsync(second, All, null, Cancel);
        foreach (string path in repository.Storage.Files.Keys.Where(static path => path.EndsWith(".zst", StringComparison.Ordinal)))
        {
            repository.Storage.Files[path] = [];
        }

        repository.Clock.Advance(TimeSpan.FromHours(1));
        await repository.CreateBackupAsync(incremental: false);
        await repository.Service.RepairRepositoryAsync(new RepairRequest(), null, Cancel);
        Assert.Single((await repository.Service.ListAsync(Cancel)).Backups);

        CopyReport report = await repository.ServiceOn(second).CopyAsync(repository.Storage, All, null, Cancel);

        Assert.Equal(4, report.Copied.Count);
        IReadOnlyList<BackupSummary> listed = (await repository.Service.ListAsync(Cancel)).Backups;
        Assert.Equal(repository.Backups.Select(backup => backup.Id), listed.Select(backup => backup.Id));
    }

    [Fact]
    public async Task The_repository_itself_and_folders_in_it_or_around_it_are_refused_by_whatever_name()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        fixture.Store.Save(("global", "a"), 1);
        await fixture.CreateAsync();
        using TemporaryFolder elsewhere = new();
        string[] refused =
        [
            fixture.RepositoryFolder,
            fixture.RepositoryFolder + Path.DirectorySeparatorChar,
            Path.Combine(fixture.RepositoryFolder, "copy"),
            Path.Combine(fixture.RepositoryFolder, "..", Path.GetFileName(fixture.RepositoryFolder), "layers"),
            Path.GetDirectoryName(fixture.RepositoryFolder)!,
        ];
        foreach (string folder in OperatingSystem.IsWindows() ? refused : [.. refused, Link(elsewhere, fixture.RepositoryFolder)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => fixture.Service.CopyAsync(new FolderStorage(folder), All, null, Cancel));
        }

        string copy = fixture.RepositoryFolder + "-copy";
        Assert.Single((await fixture.Service.CopyAsync(new FolderStorage(copy), All, null, Cancel)).Copied);
        Assert.Equal(
            Files(fixture.RepositoryFolder), Files(copy));
        Directory.Delete(copy, recursive: true);
    }

    private static string Link(TemporaryFolder folder, string target)
    {
        Directory.CreateSymbolicLink(folder["link"], Path.GetDirectoryName(target)!);
        return Path.Combine(folder["link"], Path.GetFileName(target), "copy");
    }

    private static IEnumerable<(string Path, string Content)> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(folder, file), Convert.ToHexString(File.ReadAllBytes(file))))
            .Where(static file => file.Item1 != RepositoryPaths.Descriptor)
            .OrderBy(static file => file.Item1, StringComparer.Ordinal);

    private static async Task AssertCopiedAsync(SmallRepository repository, MemoryStorage target)
    {
        RepositoryCheckReport check = await repository.ServiceOn(target).CheckRepositoryAsync(null, Cancel);
        Assert.True(check.IsWhole, string.Join('\n', check.Damages));
        Assert.Equal(repository.Backups.Select(backup => backup.Id), check.Backups.Select(backup => backup.Id));
        foreach (BackupManifest backup in repository.Backups)
        {
            foreach (string path in RepositoryPaths.LayerFiles(backup.Layers).Append(RepositoryPaths.Manifest(backup.Id)))
            {
                Assert.Equal(repository.Storage.Files[path], target.Files[path]);
            }

            await repository.AssertRestoresAsync(target.Copy(), backup.Id);
        }
    }
}
