using System.Text;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests;

public sealed class BackupRepositoryTests
{
    private readonly MemoryStorage _storage = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_for_reading_writes_nothing()
    {
        BackupRepository repository = await BackupRepository.OpenReadOnlyAsync(_storage, _clock, null, Token);

        Assert.Null(repository.Descriptor);
        Assert.Empty(await repository.ReadManifestsAsync(Token));
        await Assert.ThrowsAsync<BackupNotFoundException>(() => repository.ReadManifestAsync(TestManifests.FullId, Token));
        Assert.Empty(_storage.Files);
    }

    [Fact]
    public async Task A_repository_is_made_once_and_leaves_other_files_alone()
    {
        _storage.Files["notes.txt"] = [1];

        BackupRepository first = await OpenAsync();
        BackupRepository second = await OpenAsync();

        Assert.Equal(first.Descriptor, second.Descriptor);
        Assert.Equal(UnixTime.Microseconds(_clock), first.Descriptor!.CreatedAt);
        Assert.Equal(["notes.txt", "repository.json"], _storage.Files.Keys.Order());
    }

    [Fact]
    public async Task Two_that_make_a_repository_at_once_agree_on_one()
    {
        BackupRepository[] opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => BackupRepository.OpenAsync(_storage, TimeProvider.System, null, Token))));

        Assert.Single(opened.Select(repository => repository.Descriptor).Distinct());
    }

    [Fact]
    public async Task Every_damage_of_the_repository_file_is_found()
    {
        await OpenAsync();
        byte[] whole = _storage.Files["repository.json"];
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            await AssertDamagedAsync(damaged);
        }

        for (int length = 0; length < whole.Length; length++)
        {
            await AssertDamagedAsync(whole[..length]);
        }

        await AssertDamagedAsync([.. whole, 0]);
        await AssertDamagedAsync(new byte[SealedJson.MaxBytes + 1]);
        await AssertDamagedAsync(ManifestJson.Write(TestManifests.Full));

        async Task AssertDamagedAsync(byte[] bytes)
        {
            _storage.Files["repository.json"] = bytes;
            Assert.Equal("repository.json", (await Assert.ThrowsAsync<BackupDamagedException>(OpenAsync)).File);
            await Assert.ThrowsAsync<BackupDamagedException>(() => BackupRepository.OpenReadOnlyAsync(_storage, _clock, null, Token));
            Assert.Equal(bytes, _storage.Files["repository.json"]);
        }
    }

    [Fact]
    public async Task A_repository_of_a_newer_version_is_refused_and_left_alone()
    {
        foreach (string content in (string[])
            ["{\"type\":\"llmspell-repository\",\"format\":1,\"requires\":[\"encryption\"]}", "{\"type\":\"llmspell-repository\",\"format\":2}"])
        {
            byte[] bytes = SealedJson.Seal(Encoding.UTF8.GetBytes(content));
            _storage.Files["repository.json"] = bytes;

            await Assert.ThrowsAsync<StateUnsupportedException>(OpenAsync);

            Assert.Equal(bytes, _storage.Files["repository.json"]);
        }
    }

    [Fact]
    public async Task A_lost_repository_file_is_not_replaced_while_there_are_backups()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestManifests.FullId);
        _storage.Files.Remove("repository.json", out _);

        await Assert.ThrowsAsync<BackupDamagedException>(OpenAsync);
        Assert.False(_storage.Files.ContainsKey("repository.json"));
    }

    [Fact]
    public async Task A_repository_that_another_makes_and_fills_meanwhile_is_not_taken_for_damaged()
    {
        StorageWithNews storage = new(_storage, async () => await PublishAsync(await OpenAsync(), TestManifests.FullId));

        BackupRepository repository = await BackupRepository.OpenAsync(storage, _clock, null, Token);

        Assert.Equal((await OpenAsync()).Descriptor, repository.Descriptor);
    }

    [Fact]
    public async Task Ordinals_count_from_one_and_order_the_manifests_whatever_their_names()
    {
        BackupRepository repository = await OpenAsync();
        foreach (string id in (string[])["zz", "mm", "aa"])
        {
            await PublishAsync(repository, TestLayers.Id(id));
        }

        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(Token);

        Assert.Equal(["zz", "mm", "aa"], entries.Select(entry => entry.Id.Value));
        Assert.Equal([1L, 2, 3], entries.Select(entry => entry.Manifest!.Ordinal));
        Assert.Equal(2, (await repository.ReadManifestAsync(TestLayers.Id("mm"), Token)).Ordinal);
    }

    [Fact]
    public async Task Many_publishers_at_once_get_different_ordinals()
    {
        BackupRepository repository = await BackupRepository.OpenAsync(_storage, TimeProvider.System, null, Token);

        BackupManifest[] published = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => PublishAsync(repository, TestLayers.Id($"b{i}")))));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), published.Select(manifest => manifest.Ordinal).Order());
    }

    [Fact]
    public async Task One_bad_manifest_does_not_hide_the_others()
    {
        BackupRepository repository = await OpenAsync();
        foreach (string id in (string[])["a", "b", "c", "d"])
        {
            await PublishAsync(repository, TestLayers.Id(id));
        }

        _storage.Files["manifests/a.json"][10] ^= 1;
        _storage.Files["manifests/c.json"] = SealedJson.Seal("{\"type\":\"llmspell-manifest\",\"format\":1,\"requires\":[\"history\"]}"u8);
        _storage.Files["manifests/README.txt"] = [1];
        _storage.Files["manifests/.tmp-00000000000000000000000000000001"] = [1];

        // What it has read or written itself it does not read again; another one does.
        IReadOnlyList<ManifestEntry> entries = await (await OpenAsync()).ReadManifestsAsync(Token);

        Assert.Equal(["b", "d", "a", "c"], entries.Select(entry => entry.Id.Value));
        Assert.IsType<BackupDamagedException>(entries[2].Problem);
        Assert.IsType<StateUnsupportedException>(entries[3].Problem);
        await Assert.ThrowsAsync<BackupDamagedException>(() => repository.ReadManifestAsync(TestLayers.Id("a"), Token));
    }

    [Fact]
    public async Task An_ordinal_is_not_given_twice_while_the_newest_manifest_cannot_be_read()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestLayers.Id("a"));
        BackupManifest lost = await PublishAsync(repository, TestLayers.Id("b"));
        byte[] whole = _storage.Files["manifests/b.json"];
        _storage.Files["manifests/b.json"] = whole[..^1];

        BackupManifest next = await PublishAsync(repository, TestLayers.Id("c"));
        _storage.Files["manifests/b.json"] = whole;
        BackupManifest last = await PublishAsync(repository, TestLayers.Id("d"));

        Assert.True(lost.Ordinal < next.Ordinal && next.Ordinal < last.Ordinal);
        Assert.Equal(["a", "b", "c", "d"], (await repository.ReadManifestsAsync(Token)).Select(entry => entry.Id.Value));
    }

    [Theory]
    [InlineData("damaged/20260102-030405-abcdefgh.41", 42)]
    [InlineData("damaged/20260102-030405-abcdefgh.041", 2)]
    [InlineData("damaged/20260102-030405-abcdefgh.x", 2)]
    [InlineData("damaged/20260102-030405-abcdefgh.9007199254740992", 2)]
    [InlineData("damaged/other", 2)]
    [InlineData("damaged/20260102-030405-abcdefgh/manifests/41", 2)]
    public async Task Ordinals_go_on_from_where_a_repair_found_them(string file, long expected)
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestLayers.Id("a"));
        _storage.Files[file] = [];
        _storage.Files["damaged/20250102-030405-abcdefgh.1"] = [];

        Assert.Equal(expected, (await PublishAsync(repository, TestLayers.Id("b"))).Ordinal);
    }

    [Fact]
    public async Task A_backup_is_never_published_over_another()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestManifests.FullId);
        byte[] before = _storage.Files[TestManifests.Path(TestManifests.Full)];

        await Assert.ThrowsAsync<StateConflictException>(() => PublishAsync(repository, TestManifests.FullId));

        Assert.Equal(before, _storage.Files[TestManifests.Path(TestManifests.Full)]);
    }

    [Theory]
    [InlineData(StorageFault.Before, false)]
    [InlineData(StorageFault.HalfWay, false)]
    [InlineData(StorageFault.After, true)]
    public async Task A_publish_that_fails_leaves_no_half_of_a_manifest(StorageFault fault, bool lostReply)
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestLayers.Id("first"));
        FaultyStorage counting = new(_storage.Copy(), failAt: 0);
        await PublishAsync(await BackupRepository.OpenAsync(counting, _clock, null, Token), TestLayers.Id("second"));

        for (int failAt = 1; failAt <= counting.Operations.Count; failAt++)
        {
            MemoryStorage inner = _storage.Copy();
            FaultyStorage storage = new(inner, failAt, fault);
            if (counting.Operations[failAt - 1].Split(' ')[0] is "open" or "read")
            {
                // What fails once is read again.
                Assert.Equal(2, (await PublishAsync(await BackupRepository.OpenAsync(storage, _clock, null, Token), TestLayers.Id("second"))).Ordinal);
                continue;
            }

            StateStorageException e = await Assert.ThrowsAsync<StateStorageException>(
                async () => await PublishAsync(await BackupRepository.OpenAsync(storage, _clock, null, Token), TestLayers.Id("second")));
            Assert.Same(storage.Failure, e);

            bool published = lostReply && counting.Operations[failAt - 1].StartsWith("complete manifests/", StringComparison.Ordinal);
            Assert.Equal(published, inner.Files.ContainsKey("manifests/second.json"));
            IReadOnlyList<ManifestEntry> entries = await (await BackupRepository.OpenAsync(inner, _clock, null, Token)).ReadManifestsAsync(Token);
            Assert.All(entries, entry => Assert.Null(entry.Problem));
        }
    }

    [Fact]
    public async Task Another_backups_manifest_that_cannot_be_read_keeps_none_from_being_made()
    {
        await PublishAsync(await OpenAsync(), TestLayers.Id("first"));
        UnreadableStorage storage = new(_storage, static path => path == "manifests/first.json");

        BackupManifest published = await PublishAsync(await BackupRepository.OpenAsync(storage, _clock, null, Token), TestLayers.Id("second"));

        Assert.True(published.Ordinal > 2);
    }

    [Fact]
    public async Task Waiting_for_the_publish_lock_ends_with_busy()
    {
        BackupRepository repository = await OpenAsync();
        using IDisposable? held = await _storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token);

        Task<BackupManifest> publishing = PublishAsync(repository, TestManifests.FullId);
        await AdvanceUntilAsync(publishing, TimeSpan.FromSeconds(29));
        Assert.False(publishing.IsCompleted);
        await AdvanceUntilDoneAsync(publishing);

        StateBusyException e = await Assert.ThrowsAsync<StateBusyException>(() => publishing);
        Assert.Contains("30 seconds", e.Message, StringComparison.Ordinal);
        Assert.False(_storage.Files.ContainsKey(TestManifests.Path(TestManifests.Full)));
    }

    [Fact]
    public async Task A_lock_that_comes_free_while_waiting_is_taken()
    {
        BackupRepository repository = await OpenAsync();
        IDisposable? held = await _storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token);

        Task<IDisposable> waiting = repository.LockLayersSharedAsync(Token);
        await AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        held!.Dispose();
        await AdvanceUntilDoneAsync(waiting);

        using IDisposable taken = await waiting;
        Assert.Null(await _storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token));
    }

    [Fact]
    public async Task A_deleted_manifests_backup_is_gone()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository, TestLayers.Id("a"));
        await PublishAsync(repository, TestLayers.Id("b"));

        using (await repository.LockPublishAsync(Token))
        {
            await repository.DeleteManifestsAsync([TestLayers.Id("a"), TestLayers.Id("never-there")], Token);
        }

        Assert.Equal(["b"], (await repository.ReadManifestsAsync(Token)).Select(entry => entry.Id.Value));
        Assert.Equal(3, (await PublishAsync(repository, TestLayers.Id("c"))).Ordinal);
    }

    [Fact]
    public async Task A_pin_that_cannot_be_read_pins_all_the_same()
    {
        BackupRepository repository = await OpenAsync();
        _storage.Files["pins/a.json"] = [1];
        _storage.Files["pins/notes.txt"] = [1];

        BackupPin pin = Assert.Single(await repository.ReadPinsAsync(Token)).Value;
        Assert.Equal(TestLayers.Id("a"), pin.Backup);
        Assert.IsType<BackupDamagedException>(pin.Problem);
        Assert.Null(pin.Reason);
    }

    private Task<BackupRepository> OpenAsync() => BackupRepository.OpenAsync(_storage, _clock, null, Token);

    private static async Task<BackupManifest> PublishAsync(BackupRepository repository, BackupId id) =>
        (await repository.PublishAsync(ordinal => TestManifests.Full with { Id = id, Ordinal = ordinal }, Token)).Manifest;

    private async Task AdvanceUntilDoneAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await AdvanceUntilAsync(task, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Lets time pass in small steps, and what waits for it go on.</summary>
    private async Task AdvanceUntilAsync(Task task, TimeSpan span)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(20);
        for (TimeSpan passed = TimeSpan.Zero; passed < span && !task.IsCompleted; passed += step)
        {
            _clock.Advance(step);
            await Task.Yield();
        }
    }

    /// <summary>Lets something happen just before the first listing.</summary>
    private sealed class StorageWithNews(IRepositoryStorage inner, Func<Task> happen) : IRepositoryStorage
    {
        private bool _happened;

        public string Location => inner.Location;

        public async Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken)
        {
            if (!_happened)
            {
                _happened = true;
                await happen();
            }

            return await inner.ListAsync(folder, cancellationToken);
        }

        public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => inner.BeginPutAsync(path, cancellationToken);

        public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) => inner.OpenAsync(path, cancellationToken);

        public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

        public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

        public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
            inner.TryLockAsync(which, exclusive, cancellationToken);
    }
}
