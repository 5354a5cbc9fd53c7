using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class CleanupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_create_keeps_no_more_than_max_backups_and_those_left_restore()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 3 });
        for (int i = 0; i < 8; i++)
        {
            fixture.Store.Save(("global", "a" + i), i);
            await fixture.CreateAsync(incremental: i % 4 != 0);
        }

        IReadOnlyList<BackupSummary> left = (await fixture.Service.ListAsync(Cancel)).Backups;
        Assert.Equal([6, 7, 8], left.Select(backup => backup.Manifest.Ordinal));
        foreach (BackupSummary backup in left)
        {
            Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
        }

        HashSet<string> named = [.. RepositoryPaths.LayerFiles(left.SelectMany(backup => backup.Manifest.Layers))];
        Assert.Equal(named.Order(), Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "layers")).Select(file => "layers/" + Path.GetFileName(file)).Order());
    }

    [Fact]
    public async Task A_dry_run_says_what_the_run_then_does()
    {
        using BackupFixture fixture = new();
        for (int i = 0; i < 5; i++)
        {
            fixture.Store.Save(("global", "a" + i), new string('x', 1000 * i));
            await fixture.CreateAsync();
        }

        fixture.Options = fixture.Options with { MaxBackups = 2 };
        fixture.Reopen();
        long before = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;
        CleanupReport plan = await fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel);
        Assert.Equal(5, (await fixture.Service.ListAsync(Cancel)).Backups.Count);
        CleanupReport done = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        long after = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;

        Assert.Equal(3, plan.DeletedCount);
        Assert.Equal(2, plan.RetainedCount);
        Assert.Equal(Told(plan), Told(done));
        Assert.Equal(before - after, plan.SpaceFreed);
        Assert.Equal(before - after, done.SpaceFreed);
        Assert.All(plan.Decisions.Where(decision => !decision.Keep), decision => Assert.Contains("max_backups", decision.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_counts_all_that_goes_with_the_backups_and_nothing_that_stays()
    {
        using BackupFixture fixture = new();
        for (int i = 0; i < 4; i++)
        {
            fixture.Store.Save(("global", "a" + i), i);
            BackupSummary backup = await fixture.CreateAsync();
            Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
        }

        fixture.Options = fixture.Options with { MaxBackups = 2 };
        fixture.Reopen();
        await File.WriteAllTextAsync(Path.Combine(fixture.RepositoryFolder, "manifests", ".tmp-" + new string('0', 32)), "left half written", Cancel);
        await File.WriteAllTextAsync(Path.Combine(fixture.RepositoryFolder, "layers", "notes.txt"), "of somebody else", Cancel);
        long before = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;
        CleanupReport plan = await fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel);
        CleanupReport done = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        long after = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;

        Assert.Equal(2, done.DeletedCount);
        Assert.Equal(before - after, done.SpaceFreed);
        Assert.Equal(done.SpaceFreed, plan.SpaceFreed);
    }

    [Fact]
    public async Task Two_cleanups_at_once_remove_each_backup_once_and_together_report_what_became_free()
    {
        using BackupFixture fixture = new();
        for (int i = 0; i < 12; i++)
        {
            fixture.Store.Save(("global", "a" + i), new string('x', 1000 * i));
            await fixture.CreateAsync(incremental: i % 3 != 0);
        }

        // Whoever waits for a lock needs a clock that goes.
        fixture.Options = fixture.Options with { KeepLast = 2, TimeProvider = TimeProvider.System };
        fixture.Reopen();
        long before = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;
        CleanupReport[] both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () => new BackupService(() => fixture.Store, fixture.Storage, fixture.Options).CleanupAsync(new CleanupRequest(), Cancel))));
        CleanupReport rest = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        long after = (await fixture.Service.GetStorageUsageAsync(Cancel)).TotalSize;

        Assert.Equal([0, 10], both.Select(report => report.DeletedCount).Order());
        Assert.Equal([2, 2, 2], both.Append(rest).Select(report => report.RetainedCount));
        Assert.Equal(0, rest.DeletedCount);
        Assert.Equal(before - after, both.Append(rest).Sum(report => report.SpaceFreed));
        Assert.Empty((await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel)).Notices);
    }

    [Fact]
    public async Task Layers_that_kept_backups_share_are_not_counted_as_freed()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "large"), Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(50_000)));
        BackupSummary full = await fixture.CreateAsync();
        fixture.Store.Save(("global", "small"), 1);
        await fixture.CreateAsync(incremental: true);
        fixture.Options = fixture.Options with { KeepLast = 1 };
        fixture.Reopen();

        CleanupReport plan = await Plan(fixture);
        Assert.Equal(full.Id, Assert.Single(plan.Decisions, decision => !decision.Keep).Backup.Id);
        Assert.Equal(full.ManifestBytes, plan.SpaceFreed);
    }

    [Fact]
    public async Task A_pinned_backup_stays_whatever_the_rules_say()
    {
        using BackupFixture fixture = new();
        BackupSummary pinned = await fixture.CreateAsync();
        for (int i = 0; i < 3; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await fixture.CreateAsync();
        }

        Directory.CreateDirectory(Path.Combine(fixture.RepositoryFolder, "pins"));
        File.WriteAllText(Path.Combine(fixture.RepositoryFolder, "pins", pinned.Id + ".json"), "not even readable");
        fixture.Options = fixture.Options with { MaxBackups = 1 };
        fixture.Reopen();
        CleanupReport report = await Plan(fixture);
        Assert.Equal([true, false, false, true], report.Decisions.Select(decision => decision.Keep));
        Assert.Contains("pinned", report.Decisions[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_goes_that_was_not_in_the_plan_agreed_to()
    {
        using BackupFixture fixture = new();
        for (int i = 0; i < 4; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await fixture.CreateAsync();
        }

        fixture.Options = fixture.Options with { MaxBackups = 3 };
        fixture.Reopen();
        BackupId agreed = Assert.Single((await Plan(fixture)).Decisions, decision => !decision.Keep).Backup.Id;
        fixture.Options = fixture.Options with { MaxBackups = 1 };
        fixture.Reopen();
        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest { AgreedRemovals = [agreed] }, Cancel);
        Assert.Equal(agreed, Assert.Single(report.Decisions, decision => !decision.Keep).Backup.Id);
        Assert.Equal(3, (await fixture.Service.ListAsync(Cancel)).Backups.Count);
    }

    [Fact]
    public async Task Old_backups_go_but_the_newest_good_one_stays()
    {
        using BackupFixture fixture = new();
        for (int i = 0; i < 3; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await fixture.CreateAsync();
            fixture.Clock.Advance(TimeSpan.FromDays(1));
        }

        fixture.Options = fixture.Options with { MaxBackupAge = TimeSpan.FromHours(36) };
        fixture.Reopen();
        Assert.Equal([true, false, false], (await Plan(fixture)).Decisions.Select(decision => decision.Keep));
        fixture.Clock.Advance(TimeSpan.FromDays(1));

        // Now even the newest is too old: the gap to the present is longer than the rule, which is a doubt of its own.
        CleanupReport doubtful = await Plan(fixture);
        Assert.All(doubtful.Decisions, decision => Assert.True(decision.Keep));
        Assert.Contains("--trust-clock", Assert.Single(doubtful.Notices), StringComparison.Ordinal);
        CleanupReport trusted = await fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true, TrustClock = true }, Cancel);
        Assert.Equal([true, false, false], trusted.Decisions.Select(decision => decision.Keep));
        Assert.Contains("newest good", trusted.Decisions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_ran_backwards_suspends_the_rules_of_time()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary first = await fixture.CreateAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(400));
        BackupSummary wrong = await fixture.CreateAsync();
        Microsoft.Extensions.Time.Testing.FakeTimeProvider right = new(first.CreatedAt.AddHours(1));
        fixture.Options = fixture.Options with { TimeProvider = right, MaxBackupAge = TimeSpan.FromDays(30) };
        fixture.Reopen();
        BackupSummary third = await fixture.CreateAsync();

        Assert.Equal(3, third.Manifest.Ordinal);
        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        Assert.Equal(0, report.DeletedCount);
        Assert.Contains(wrong.Id.Value, Assert.Single(report.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(9, true)]
    public async Task A_create_that_another_overtook_is_no_sign_of_a_clock_that_ran_backwards(int minutes, bool doubted)
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        BackupSummary taken = await fixture.CreateAsync();
        BackupSummary quick = taken with { Manifest = taken.Manifest with { CreatedAt = taken.Manifest.CreatedAt + 600_000_000 } };
        BackupSummary slow = taken with { Manifest = taken.Manifest with { Ordinal = 2, Duration = minutes * 60_000_000 } };

        string? doubt = ClockDoubt.Find([quick, slow], quick.CreatedAt.AddMinutes(5), TimeSpan.FromDays(30));

        Assert.Equal(doubted, doubt is not null);
    }

    [Fact]
    public async Task A_damaged_newest_backup_does_not_count_as_the_newest_good_one()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary good = await fixture.CreateAsync();
        BackupSummary bad = await fixture.CreateAsync();
        foreach (ManifestLayer layer in bad.Manifest.Layers)
        {
            File.Delete(Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(layer.Id, layer.Codec)));
        }

        fixture.Options = fixture.Options with { MaxBackups = 1 };
        fixture.Reopen();
        CleanupReport report = await Plan(fixture);
        Assert.True(report.Decisions.Single(decision => decision.Backup.Id == good.Id).Keep);
    }

    [Fact]
    public async Task The_last_whole_backup_stays_while_newer_ones_are_damaged_within()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 2 });
        fixture.Store.Save(("global", "a"), new string('x', 1000));
        BackupSummary whole = await fixture.CreateAsync();
        BackupSummary damaged = await fixture.CreateAsync();
        string layer = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(damaged.Manifest.Layers[0].Id, LayerCodec.Zstd));
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[20] ^= 1;
        File.WriteAllBytes(layer, bytes);
        // Nobody asks for a cleanup in which layers would be given up: nothing is read, nothing is lost.
        fixture.Options = fixture.Options with { MaxBackups = null };
        fixture.Reopen();
        fixture.Store.Save(("global", "b"), 1);
        BackupSummary onDamaged = await fixture.CreateAsync(incremental: true);
        Assert.True(onDamaged.IsIncremental);

        fixture.Options = fixture.Options with { MaxBackups = 2 };
        fixture.Reopen();
        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        Assert.Equal([onDamaged.Id, damaged.Id], report.Damaged);
        Assert.Contains(report.Notices, notice => notice.Contains(onDamaged.Id.Value, StringComparison.Ordinal));
        Assert.True((await fixture.Service.ValidateAsync(whole.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task The_last_whole_backup_stays_while_what_newer_ones_add_to_its_layers_is_damaged()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 2 });
        fixture.Store.Save(("global", "a"), new string('x', 1000));
        BackupSummary whole = await fixture.CreateAsync();
        fixture.Store.Save(("global", "b"), new string('y', 1000));
        BackupSummary damaged = await fixture.CreateAsync(incremental: true);
        string layer = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(damaged.Manifest.Layers[1].Id, LayerCodec.Zstd));
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[20] ^= 1;
        File.WriteAllBytes(layer, bytes);

        // Its only layer is one of theirs: with it only a manifest would go, and what that manifest stands for.
        fixture.Store.Save(("global", "c"), 1);
        CreateResult result = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);

        Assert.Equal(BackupKind.Full, result.Backup.Manifest.Kind);
        Assert.Contains(result.Warnings, warning => warning.Contains(damaged.Id.Value, StringComparison.Ordinal));
        Assert.True((await fixture.Service.ValidateAsync(result.Backup.Id.Value, Cancel)).IsValid);

        // Now a newer one is whole, so the old one may go.
        Assert.DoesNotContain((await fixture.Service.ListAsync(Cancel)).Backups, backup => backup.Id == whole.Id);
    }

    [Fact]
    public async Task Of_a_newer_backup_nothing_is_read_that_the_removed_ones_have_too()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 2 });
        fixture.Store.Save(("global", "a"), new string('x', 1000));
        BackupSummary first = await fixture.CreateAsync();
        for (int i = 0; i < 2; i++)
        {
            fixture.Store.Save(("global", "b"), i);
            await fixture.CreateAsync(incremental: true);
        }

        // What is damaged in both is no reason to keep the older one, and a search for damage is not what a cleanup is for.
        string shared = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(first.Manifest.Layers[0].Id, LayerCodec.Zstd));
        byte[] bytes = File.ReadAllBytes(shared);
        bytes[20] ^= 1;
        File.WriteAllBytes(shared, bytes);
        fixture.Store.Save(("global", "b"), 2);
        CreateResult result = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);

        Assert.Equal(1, result.Cleanup!.DeletedCount);
        Assert.Empty(result.Cleanup.Damaged);
    }

    [Fact]
    public async Task Where_layers_are_given_up_a_base_that_all_share_is_not_read_again_and_again()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Store.Save(("global", "large"), Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(5_000_000)));
        CountingStorage storage = new(repository.Storage);
        BackupService service = new(() => repository.Store, storage, repository.Options with { MaxBackups = 10 });
        BackupManifest full = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest;
        int merges = 0;
        for (int i = 0; i < 60; i++)
        {
            repository.Store.Save(("global", "round"), i);
            long before = storage.Read;
            CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
            merges += created.MergedLayers > 0 ? 1 : 0;
            long read = storage.Read - before;
            bool losesTheBackupBefore = created.Cleanup!.Decisions.Any(decision => !decision.Keep && !decision.Backup.Manifest.Layers.Contains(full.Layers[0]));
            Assert.True(losesTheBackupBefore || read < full.Layers[0].DataBytes / 10, $"{read} bytes were read for backup {i}");
        }

        Assert.True(merges > 2);
    }

    [Fact]
    public async Task A_damaged_layer_is_read_once_however_many_backups_have_it()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Store.Save(("global", "large"), Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(100_000)));
        BackupManifest full = await repository.CreateBackupAsync(incremental: false);
        for (int i = 0; i < 8; i++)
        {
            repository.Store.Save(("global", "round"), i);
            await repository.CreateBackupAsync(incremental: true);
        }

        repository.Storage.Files[RepositoryPaths.LayerData(full.Layers[0].Id, LayerCodec.Zstd)][^1] ^= 1;
        CountingStorage storage = new(repository.Storage);
        BackupService service = new(() => repository.Store, storage, repository.Options with { MaxBackups = 9 });
        CleanupReport report = await service.CleanupAsync(new CleanupRequest(), Cancel);

        Assert.Equal(9, report.Damaged.Count);
        Assert.True(storage.Read < 2 * full.Layers[0].DataBytes, $"{storage.Read} bytes were read, the layer has {full.Layers[0].DataBytes}");
        Assert.Contains(report.Decisions, decision => decision.Backup.Id == repository.Backups[3].Id && decision.Rules.Contains(RetentionRule.NewestGood));
    }

    [Fact]
    public async Task An_incremental_that_turns_out_to_build_on_damage_is_followed_by_a_full_at_once()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 2 });
        fixture.Store.Save(("global", "a"), new string('x', 1000));
        await fixture.CreateAsync();
        BackupSummary damaged = await fixture.CreateAsync();
        string layer = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(damaged.Manifest.Layers[0].Id, LayerCodec.Zstd));
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[20] ^= 1;
        File.WriteAllBytes(layer, bytes);

        fixture.Store.Save(("global", "b"), 1);
        CreateResult result = await fixture.Service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        BackupSummary backup = result.Backup;
        Assert.Equal(BackupKind.Full, backup.Manifest.Kind);
        Assert.Contains("damaged", backup.Manifest.Reason, StringComparison.Ordinal);
        Assert.Contains(result.Warnings, warning => warning.Contains(damaged.Id.Value, StringComparison.Ordinal));
        Assert.True((await fixture.Service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task Safety_backups_do_not_count_and_the_newest_three_stay()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 2 });
        fixture.Store.Save(("global", "a"), 0);
        string id = (await fixture.CreateAsync()).Id.Value;
        for (int i = 1; i <= 5; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await fixture.Service.RestoreAsync(id, Cancel);
        }

        Assert.Equal(6, (await fixture.Service.ListAsync(Cancel)).Backups.Count);
        fixture.Store.Save(("global", "a"), 6);
        await fixture.CreateAsync(incremental: true);
        IReadOnlyList<BackupSummary> left = (await fixture.Service.ListAsync(Cancel)).Backups;
        Assert.Equal(3, left.Count(backup => backup.Manifest.IsSafety));
        Assert.Equal(2, left.Count(backup => !backup.Manifest.IsSafety));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 0)]
    public async Task Where_there_are_only_safety_backups_old_ones_go_if_one_that_stays_is_whole(int damaged, int gone)
    {
        using BackupFixture fixture = new(configure: options => options with { IncrementalEnabled = false });
        List<BackupSummary> safety = [];
        for (int i = 0; i < 6; i++)
        {
            fixture.Store.Save(("global", "a"), new string((char)('a' + i), 1000));
            safety.Add(await fixture.Service.CreateSafetyAsync("the state before a copy replaced it", Cancel));
        }

        foreach (BackupSummary backup in safety.TakeLast(damaged))
        {
            string layer = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(backup.Manifest.Layers[0].Id, LayerCodec.Zstd));
            byte[] bytes = File.ReadAllBytes(layer);
            bytes[20] ^= 1;
            File.WriteAllBytes(layer, bytes);
        }

        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);

        Assert.Equal(gone, report.DeletedCount);
        Assert.Equal(damaged, report.Damaged.Count);
        Assert.Equal(safety[gone..].Select(backup => backup.Id), (await fixture.Service.ListAsync(Cancel)).Backups.Select(backup => backup.Id));
    }

    [Fact]
    public async Task A_sweep_leaves_layers_alone_while_somebody_reads_them()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 1 });
        fixture.Store.Save(("global", "a"), 0);
        await fixture.CreateAsync();
        using (IDisposable? reader = await fixture.Storage.TryLockAsync(RepositoryLock.Layers, exclusive: false, Cancel))
        {
            Assert.NotNull(reader);
            CreateResult created = await fixture.Service.CreateAsync(new CreateRequest(), Cancel);
            Assert.Contains(created.Warnings, warning => warning.Contains("next cleanup", StringComparison.Ordinal));
            Assert.Equal(4, Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "layers")).Length);
        }

        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel);
        Assert.True(report.SpaceFreed > 0);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "layers")).Length);
    }

    [Fact]
    public async Task A_damaged_manifest_keeps_its_layers_from_being_swept()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 1 });
        fixture.Store.Save(("global", "a"), 0);
        BackupSummary damaged = await fixture.CreateAsync();
        string manifest = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.Manifest(damaged.Id));
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"ordinal\"", "\"ordinaX\"", StringComparison.Ordinal));
        fixture.Store.Save(("global", "a"), 1);
        await fixture.CreateAsync();

        Assert.Equal(RepositoryPaths.Manifest(damaged.Id), Assert.Single((await fixture.Service.ListAsync(Cancel)).Damaged).Path);
        foreach (ManifestLayer layer in damaged.Manifest.Layers)
        {
            Assert.True(File.Exists(Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(layer.Id, layer.Codec))));
        }
    }

    private static IEnumerable<(BackupId, bool, string)> Told(CleanupReport report) =>
        report.Decisions.Select(decision => (decision.Backup.Id, decision.Keep, decision.Reason));

    private static Task<CleanupReport> Plan(BackupFixture fixture) =>
        fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel);
}
