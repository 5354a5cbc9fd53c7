using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

public sealed class SweepTests
{
    private const string Temporary = ".tmp-0123456789abcdef0123456789abcdef";

    private static readonly StorageFault[] Failures = [StorageFault.Before, StorageFault.After, StorageFault.HalfWay];

    private readonly MemoryStorage _storage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_no_manifest_names_goes_and_only_files_with_our_names()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository);
        string[] rubbish =
        [
            "layers/gone.msgpack", "layers/gone.msgpack.zst", "layers/gone.msgpack.lz4", "layers/gone.index", "layers/one.msgpack.lz4",
            $"layers/{Temporary}", $"manifests/{Temporary}", $"pins/{Temporary}", Temporary,
        ];
        string[] foreign =
        [
            "layers/photo.jpg", "layers/Gone.index", "layers/.tmp-notes", "layers/gone.index.bak", "layers/gone", "manifests/notes.txt",
            "pins/a.json", "readme.txt", "layers/one.msgpack.zst", "layers/one.index",
        ];
        foreach (string path in (string[])[.. rubbish, .. foreign])
        {
            _storage.Files[path] = new byte[10];
        }

        SweepReport report = await repository.SweepAsync(Token);

        Assert.Equal(new SweepReport(rubbish.Length, 10 * rubbish.Length, null), report);
        Assert.Equal(
            foreign.Append("repository.json").Append(TestManifests.Path(TestManifests.Full)).Order(StringComparer.Ordinal),
            _storage.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Whoever_uses_layers_keeps_the_sweep_out()
    {
        BackupRepository repository = await OpenAsync();
        _storage.Files["layers/gone.index"] = new byte[10];
        using (await repository.LockLayersSharedAsync(Token))
        {
            SweepReport report = await repository.SweepAsync(Token);

            Assert.Equal(0, report.Files);
            Assert.NotNull(report.Skipped);
            Assert.True(_storage.Files.ContainsKey("layers/gone.index"));
        }

        Assert.Equal(new SweepReport(1, 10, null), await repository.SweepAsync(Token));
    }

    [Fact]
    public async Task A_sweep_lets_the_locks_go()
    {
        BackupRepository repository = await OpenAsync();
        await repository.SweepAsync(Token);

        using IDisposable layers = await repository.LockLayersSharedAsync(Token);
        using IDisposable publish = await repository.LockPublishAsync(Token);
        Assert.NotNull((await repository.SweepAsync(Token)).Skipped);
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_keeps_all_layers_but_not_half_written_files()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository);
        _storage.Files[TestManifests.Path(TestManifests.Full)][3] ^= 1;
        _storage.Files["layers/one.msgpack.zst"] = new byte[10];
        _storage.Files["layers/gone.index"] = new byte[10];
        _storage.Files[$"layers/{Temporary}"] = new byte[5];

        SweepReport report = await repository.SweepAsync(Token);

        Assert.Equal(1, report.Files);
        Assert.Equal(5, report.Bytes);
        Assert.Contains(TestManifests.Path(TestManifests.Full), report.Skipped, StringComparison.Ordinal);
        Assert.True(_storage.Files.ContainsKey("layers/one.msgpack.zst"));
        Assert.True(_storage.Files.ContainsKey("layers/gone.index"));
    }

    [Fact]
    public async Task While_somebody_publishes_files_that_are_being_written_there_stay()
    {
        BackupRepository repository = await OpenAsync();
        _storage.Files[$"manifests/{Temporary}"] = new byte[5];
        _storage.Files["layers/gone.index"] = new byte[10];
        using (await repository.LockPublishAsync(Token))
        {
            SweepReport report = await repository.SweepAsync(Token);
            Assert.Equal(1, report.Files);
            Assert.NotNull(report.Skipped);
            Assert.True(_storage.Files.ContainsKey($"manifests/{Temporary}"));
        }

        Assert.Equal(new SweepReport(1, 5, null), await repository.SweepAsync(Token));
    }

    [Fact]
    public async Task Earlier_deletions_of_manifests_are_durable_before_a_layer_goes()
    {
        BackupRepository repository = await OpenAsync();
        _storage.Files["layers/gone.index"] = new byte[10];
        FaultyStorage storage = new(_storage, failAt: 0);

        await (await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Token)).SweepAsync(Token);

        string[] deletions = [.. storage.Operations.Where(operation => operation.StartsWith("delete", StringComparison.Ordinal))];
        Assert.Equal(2, deletions.Length);
        Assert.StartsWith("delete manifests/", deletions[0], StringComparison.Ordinal);
        Assert.Equal("delete layers/gone.index", deletions[1]);
        Assert.NotNull(repository.Descriptor);
    }

    [Fact]
    public async Task A_sweep_that_fails_anywhere_never_takes_a_named_layer()
    {
        BackupRepository repository = await OpenAsync();
        await PublishAsync(repository);
        _storage.Files["layers/one.msgpack.zst"] = new byte[10];
        _storage.Files["layers/one.index"] = new byte[10];
        _storage.Files["layers/gone.index"] = new byte[10];
        FaultyStorage counting = new(_storage.Copy(), failAt: 0);
        await (await BackupRepository.OpenAsync(counting, TimeProvider.System, null, Token)).SweepAsync(Token);

        for (int failAt = 1; failAt <= counting.Operations.Count; failAt++)
        {
            foreach (StorageFault fault in Failures)
            {
                MemoryStorage inner = _storage.Copy();
                FaultyStorage storage = new(inner, failAt, fault);
                try
                {
                    SweepReport report = await (await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Token)).SweepAsync(Token);
                    // What fails once is read again.
                    Assert.True(report.Skipped is not null || counting.Operations[failAt - 1].Split(' ')[0] is "open" or "read");
                }
                catch (StateStorageException e)
                {
                    Assert.Same(storage.Failure, e);
                }

                Assert.True(inner.Files.ContainsKey("layers/one.msgpack.zst") && inner.Files.ContainsKey("layers/one.index"));
            }
        }
    }

    [Fact]
    public async Task A_process_that_dies_anywhere_leaves_whole_backups_and_rubbish_that_the_sweep_takes()
    {
        BackupRepository repository = await OpenAsync();
        await CreateAsync(_storage, "before");
        FaultyStorage counting = new(_storage.Copy(), failAt: 0);
        await CreateAsync(counting, "next");
        Assert.NotNull(repository.Descriptor);

        for (int failAt = 1; failAt <= counting.Operations.Count; failAt++)
        {
            foreach (StorageFault fault in Failures)
            {
                MemoryStorage inner = _storage.Copy();
                await Assert.ThrowsAsync<StateStorageException>(() => CreateAsync(new FaultyStorage(inner, failAt, fault, staysBroken: true), "next"));

                BackupRepository after = await BackupRepository.OpenAsync(inner, TimeProvider.System, null, Token);
                Assert.Null((await after.SweepAsync(Token)).Skipped);
                IReadOnlyList<ManifestEntry> entries = await after.ReadManifestsAsync(Token);
                Assert.Equal("before", entries[0].Id.Value);
                Assert.Equal(1 + (3 * entries.Count), inner.Files.Count);
                foreach (ManifestLayer layer in entries.SelectMany(entry => entry.Manifest!.Layers))
                {
                    Assert.Single(await TestLayers.ReadAsync(inner, layer));
                }
            }
        }
    }

    private static async Task CreateAsync(IRepositoryStorage storage, string id)
    {
        BackupRepository repository = await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Token);
        using IDisposable held = await repository.LockLayersSharedAsync(Token);
        ManifestLayer layer = await TestLayers.WriteAsync(storage, [new TestRecord("s", "k", 1, [1])], LayerCodec.Zstd, id: id);
        await repository.PublishAsync(
            ordinal => TestManifests.Full with { Id = TestLayers.Id(id), Ordinal = ordinal, Entries = 1, Layers = [layer] }, Token);
    }

    private Task<BackupRepository> OpenAsync() => BackupRepository.OpenAsync(_storage, TimeProvider.System, null, Token);

    private static Task<BackupSummary> PublishAsync(BackupRepository repository) =>
        repository.PublishAsync(ordinal => TestManifests.Full with { Ordinal = ordinal }, Token);
}
