using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations.Retention;

public sealed class PinTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pinned_backup_stays_with_its_reason_until_it_is_unpinned()
    {
        using BackupFixture fixture = new(configure: options => options with { MaxBackups = 1 });
        BackupSummary first = await fixture.CreateAsync();
        DateTimeOffset before = fixture.Clock.GetUtcNow();
        PinResult pinned = await fixture.Service.PinAsync(first.Id.Value, "before the move 🎉", Cancel);
        Assert.True(pinned.IsNew);
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary second = await fixture.CreateAsync();

        IReadOnlyList<BackupSummary> listed = (await fixture.Service.ListAsync(Cancel)).Backups;
        Assert.Equal([first.Id, second.Id], listed.Select(backup => backup.Id));
        Assert.Equal("before the move 🎉", listed[0].Pin?.Reason);
        Assert.InRange(listed[0].Pin!.Since!.Value, before, fixture.Clock.GetUtcNow());
        Assert.Null(listed[1].Pin);
        Assert.Equal(pinned.Pin, (await fixture.Service.GetAsync(first.Id.Value, Cancel)).Pin);
        RetentionDecision kept = (await fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel)).Decisions[1];
        Assert.Equal([RetentionRule.Pinned], kept.Rules);
        Assert.Equal("it is pinned: before the move 🎉", kept.Reason);

        Assert.True(await fixture.Service.UnpinAsync(first.Id.Value, Cancel));
        Assert.Equal(1, (await fixture.Service.CleanupAsync(new CleanupRequest(), Cancel)).DeletedCount);
    }

    [Fact]
    public async Task A_reason_that_could_not_be_read_again_is_refused()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string id = (await fixture.CreateAsync()).Id.Value;

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Service.PinAsync(id, "half of \ud83c", Cancel));

        Assert.Null((await fixture.Service.GetAsync(id, Cancel)).Pin);
    }

    [Fact]
    public async Task Pinning_and_unpinning_twice_change_nothing_more()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string id = (await fixture.CreateAsync()).Id.Value;
        PinResult first = await fixture.Service.PinAsync(id, "why", Cancel);
        PinResult again = await fixture.Service.PinAsync(id, "another reason", Cancel);
        Assert.False(again.IsNew);
        Assert.Equal(first.Pin, again.Pin);
        Assert.True(await fixture.Service.UnpinAsync(id, Cancel));
        Assert.False(await fixture.Service.UnpinAsync(id, Cancel));
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "pins")));
    }

    [Fact]
    public async Task An_unknown_backup_cannot_be_pinned_nor_a_reason_be_endless()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.PinAsync("never-made", "", Cancel));
        string id = (await fixture.CreateAsync()).Id.Value;
        foreach (string unknown in (string[])["never-made", "../repository", ""])
        {
            await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.PinAsync(unknown, "", Cancel));
            await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.UnpinAsync(unknown, Cancel));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Service.PinAsync(id, new string('x', 4_097), Cancel));
        Assert.False(Directory.Exists(Path.Combine(fixture.RepositoryFolder, "pins")));
    }

    [Fact]
    public async Task The_backup_of_another_store_can_be_pinned_and_a_pin_outlives_its_damage()
    {
        using BackupFixture fixture = new();
        using StateStore other = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = new(() => other, fixture.Storage, fixture.Options with { MaxBackups = 1 });
        string id = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        await fixture.Service.PinAsync(id, "theirs", Cancel);
        string file = Path.Combine(fixture.RepositoryFolder, "pins", id + ".json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("theirs", "wheirs", StringComparison.Ordinal));
        other.Save(("global", "a"), 1);
        await service.CreateAsync(new CreateRequest(), Cancel);

        BackupPin? pin = (await fixture.Service.ListAsync(Cancel)).Backups.Single(backup => backup.Id.Value == id).Pin;
        Assert.IsType<BackupDamagedException>(pin?.Problem);
        Assert.Null(pin.Reason);
        Assert.False((await fixture.Service.PinAsync(id, "again", Cancel)).IsNew);
        Assert.True(await fixture.Service.UnpinAsync(id, Cancel));
        Assert.Null((await fixture.Service.GetAsync(id, Cancel)).Pin);
    }

    [Fact]
    public async Task A_backup_whose_manifest_is_damaged_can_be_pinned_and_a_pin_whose_backup_is_gone_be_taken_off()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string id = (await fixture.CreateAsync()).Id.Value;
        string manifest = Path.Combine(fixture.RepositoryFolder, "manifests", id + ".json");
        File.WriteAllText(manifest, "damaged");
        Assert.True((await fixture.Service.PinAsync(id, "", Cancel)).IsNew);
        File.Delete(manifest);
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.PinAsync(id, "", Cancel));
        Assert.True(await fixture.Service.UnpinAsync(id, Cancel));
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.UnpinAsync(id, Cancel));
    }

    [Fact]
    public async Task A_pin_waits_for_the_publish_lock_and_says_who_may_hold_it()
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with { BusyTimeout = TimeSpan.Zero });
        string id = (await fixture.CreateAsync()).Id.Value;
        using IDisposable? held = await fixture.Storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, Cancel);
        StateBusyException busy = await Assert.ThrowsAsync<StateBusyException>(() => fixture.Service.PinAsync(id, "", Cancel));
        Assert.Contains("pinning", busy.Message, StringComparison.Ordinal);
    }
}
