using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class ValidateManyTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_values_that_each_backup_writes_anew_add_up_without_being_held_together()
    {
        using BackupFixture fixture = new(StoreKind.Memory, static options => options with { MergeLimits = new MergeLimits { NegligibleBytes = long.MaxValue / 4 } });
        for (int i = 0; i < 4; i++)
        {
            fixture.Store.Save(("global", "large"), new string((char)('a' + i), 2 << 20));
            fixture.Store.Save(("global", "small"), i);
            await fixture.CreateAsync(incremental: i > 0);
        }

        BackupManifest newest = (await fixture.Service.ListAsync(Cancel)).Backups[^1].Manifest;
        Assert.Equal(4, newest.Layers.Count);
        foreach (ManifestLayer layer in newest.Layers)
        {
            await using LayerWalk walk = await LayerWalk.OpenAsync(fixture.Storage, layer, depth: 1, meter: null, Cancel);
            Assert.True(await walk.TryLoadAsync(Cancel));
            Assert.False(walk.Block.HasBytes);
            Assert.Equal("large"u8, walk.Key);
            walk.MoveTo(1);
            Assert.True(await walk.TryLoadAsync(Cancel));
            Assert.Equal("small"u8, walk.Key);
        }

        Assert.True((await fixture.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel)).IsValid);
        string data = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(newest.Layers[1].Id, newest.Layers[1].Codec));
        byte[] bytes = await File.ReadAllBytesAsync(data, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(data, bytes, Cancel);
        ValidationResult damaged = await fixture.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel);
        Assert.Equal([true, false, false, false], damaged.Backups.Select(static backup => backup.IsValid));
    }

    [Fact]
    public async Task Backups_are_reported_in_the_order_in_which_they_were_asked_for()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string first = (await fixture.CreateAsync()).Id.Value;
        string second = (await fixture.CreateAsync()).Id.Value;

        ValidationResult asked = await fixture.Service.ValidateManyAsync(new ValidationRequest { Ids = [second, first, second] }, null, Cancel);
        ValidationResult all = await fixture.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel);

        Assert.Equal([second, first], asked.Backups.Select(static backup => backup.Id.Value));
        Assert.Equal([first, second], all.Backups.Select(static backup => backup.Id.Value));
    }

    [Theory]
    [InlineData(LayerCodec.Zstd)]
    [InlineData(LayerCodec.None)]
    public async Task All_backups_of_random_chains_add_up_in_one_pass_that_reads_each_layer_once(LayerCodec codec)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using BackupFixture fixture = new(StoreKind.Memory, options => options with
        {
            Codec = codec,
            MergeLimits = new MergeLimits { MaxLayers = 4, NegligibleBytes = 5_000, MinCopiedBytes = 1 },
        });
        StateModel model = new();
        for (int i = 0; i < 14; i++)
        {
            model.Mutate(fixture.Store, random, 40);
            await fixture.CreateAsync(incremental: random.Next(8) > 0);
        }

        IReadOnlyList<BackupSummary> backups = (await fixture.Service.ListAsync(Cancel)).Backups;
        FaultyStorage counting = new(fixture.Storage, 0);
        ValidationResult result = await new BackupService(() => fixture.Store, counting, fixture.Options).ValidateManyAsync(new ValidationRequest(), null, Cancel);

        Assert.True(result.IsValid, string.Join('\n', result.Damages));
        Assert.Equal(backups.Select(backup => (backup.Id, backup.Manifest.Entries)), result.Backups.Select(backup => (backup.Id, backup.Entries)));
        string[] opened = [.. counting.Operations.Where(operation => operation.StartsWith("open layers/", StringComparison.Ordinal))];
        Assert.Equal(opened.Distinct(), opened);
        Assert.Equal(backups.SelectMany(backup => backup.Manifest.Layers).Distinct().Count() * 2, opened.Length);
    }

    [Fact]
    public async Task A_backup_whose_layers_are_whole_and_add_up_to_something_else_is_found_among_others()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupManifest forged = repository.Backups[1] with { Fingerprint = new Fingerprint(1), Ordinal = 9 };
        string path = RepositoryPaths.Manifest(forged.Id);
        repository.Storage.Files[path] = ManifestJson.Write(forged);

        ValidationResult result = await repository.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel);

        BackupDamage damage = Assert.Single(result.Damages);
        Assert.Equal(path, damage.File);
        Assert.Equal([forged.Id], damage.Lost);
        ValidationReport report = Assert.Single(result.Backups, backup => !backup.IsValid);
        Assert.True(report.ChecksumValid);
        Assert.Equal(forged.Id, report.Id);
    }

    [Fact]
    public async Task Every_damaged_block_is_named_with_all_the_backups_that_are_lost_by_it()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string shared = RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd);
        string own = RepositoryPaths.LayerIndex(repository.Backups[3].Layers[0].Id);
        repository.Storage.Files[shared][^1] ^= 1;
        repository.Storage.Files[own][^1] ^= 1;

        ValidationResult result = await repository.Service.ValidateManyAsync(
            new ValidationRequest { Ids = [repository.Backups[0].Id.Value, repository.Backups[3].Id.Value] }, null, Cancel);

        Assert.Equal(2, result.Backups.Count);
        Assert.All(result.Backups, backup => Assert.False(backup.IsValid));
        Assert.Equal([(shared, 0), (own, null)], result.Damages.Select(damage => (damage.File, damage.Block)));
        Assert.Equal(repository.Having(shared), result.Damages[0].Lost);
        Assert.Equal(repository.Backups.Take(3).Select(backup => backup.Id), result.Damages[0].Lost);
        Assert.Equal([repository.Backups[3].Id], result.Damages[1].Lost);
    }

    [Fact]
    public async Task Present_sees_missing_files_and_wrong_sizes_and_reads_no_layer()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        FaultyStorage counting = new(repository.Storage, 0);
        ValidationRequest present = new() { Depth = ValidationDepth.Present };

        Assert.True((await repository.ServiceOn(counting).ValidateManyAsync(present, null, Cancel)).IsValid);
        Assert.DoesNotContain(counting.Operations, operation => operation.StartsWith("open layers/", StringComparison.Ordinal));

        string index = RepositoryPaths.LayerIndex(repository.Backups[2].Layers[^1].Id);
        repository.Storage.Files.TryRemove(index, out _);
        ValidationResult result = await repository.Service.ValidateManyAsync(present, null, Cancel);
        Assert.Equal($"{index} is missing", Assert.Single(result.Damages).Message);
        Assert.Equal([repository.Backups[2].Id], result.Damages[0].Lost);
    }

    [Fact]
    public async Task Restored_brings_every_backup_into_a_scratch_store_that_is_gone_afterwards()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        List<CountedScratch> scratches = [];
        BackupOptions options = repository.Options with
        {
            ScratchStore = () =>
            {
                scratches.Add(new CountedScratch());
                return scratches[^1];
            },
        };

        ValidationResult result = await new BackupService(() => repository.Store, repository.Storage, options)
            .ValidateManyAsync(new ValidationRequest { Depth = ValidationDepth.Restored }, null, Cancel);

        Assert.True(result.IsValid);
        Assert.All(result.Backups, report => Assert.Equal(ValidationDepth.Restored, report.Depth));
        Assert.Equal(repository.Backups.Select(backup => backup.Id.Value), scratches.Select(scratch => scratch.RestoredFrom));
        Assert.All(scratches, scratch => Assert.True(scratch.IsDisposed));
    }

    [Theory]
    [InlineData(Forgetting.Value)]
    [InlineData(Forgetting.Time)]
    [InlineData(Forgetting.Entry)]
    public async Task Restored_finds_what_a_store_does_not_give_back(Forgetting forgetting)
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupOptions options = repository.Options with
        {
            ScratchStore = () => new MemoryScratch(new ForgetfulBackend(new MemoryBackend(), 1, forgetting)),
        };

        ValidationResult result = await new BackupService(() => repository.Store, repository.Storage, options).ValidateManyAsync(
            new ValidationRequest { Ids = [repository.Backups[2].Id.Value], Depth = ValidationDepth.Restored }, null, Cancel);

        ValidationReport report = Assert.Single(result.Backups);
        Assert.True(report.ChecksumValid);
        Assert.False(report.IntegrityValid);
        Assert.Contains("scratch store", Assert.Single(result.Damages).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restored_reports_a_layer_that_goes_bad_after_it_was_read_and_looks_at_the_others()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        ValidationRequest request = new() { Depth = ValidationDepth.Restored };
        string path = RepositoryPaths.LayerData(repository.Backups[1].Layers[^1].Id, LayerCodec.Zstd);
        FaultyStorage counting = new(repository.Storage.Copy(), 0);
        await repository.ServiceOn(counting).ValidateManyAsync(request, null, Cancel);
        string[] operations = [.. counting.Operations];
        MemoryStorage files = repository.Storage.Copy();
        int again = Array.IndexOf(operations, $"open {path}", Array.IndexOf(operations, $"open {path}") + 1) + 1;
        FaultyStorage storage = new(files, again, StorageFault.Delayed)
        {
            Meanwhile = () =>
            {
                files.Files[path][^1] ^= 1;
                return Task.CompletedTask;
            },
        };

        ValidationResult result = await repository.ServiceOn(storage).ValidateManyAsync(request, null, Cancel);

        BackupDamage damage = Assert.Single(result.Damages);
        Assert.Equal(path, damage.File);
        Assert.Equal(repository.Having(path), damage.Lost);
        Assert.Equal(repository.Having(path), result.Backups.Where(backup => !backup.IsValid).Select(backup => backup.Id));
        Assert.Null(result.NotRemembered);
        Assert.Equal(
            result.Backups.Select(backup => backup.IsValid),
            (await repository.ServiceOn(files).ListAsync(Cancel)).Backups.Select(backup => backup.Validation!.IsWhole));
    }

    [Fact]
    public async Task A_scratch_store_that_is_in_use_is_refused_and_keeps_what_it_has()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryScratch inUse = new();
        inUse.Store.Save(("global", "kept"), 1);
        Fingerprint before = inUse.Store.ReadStatus().Fingerprint;
        Fingerprint? after = null;
        BackupOptions options = repository.Options with { ScratchStore = () => new WatchedScratch(inUse, () => after = inUse.Store.ReadStatus().Fingerprint) };

        await Assert.ThrowsAsync<InvalidOperationException>(() => new BackupService(() => repository.Store, repository.Storage, options)
            .ValidateManyAsync(new ValidationRequest { Depth = ValidationDepth.Restored }, null, Cancel));

        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Restored_without_a_scratch_store_is_refused()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupService service = new(() => repository.Store, repository.Storage, repository.Options with { ScratchStore = null });

        await Assert.ThrowsAsync<StateUnsupportedException>(
            () => service.ValidateManyAsync(new ValidationRequest { Depth = ValidationDepth.Restored }, null, Cancel));
    }

    [Fact]
    public async Task An_unknown_id_is_an_error_before_anything_is_read()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        FaultyStorage counting = new(repository.Storage, 0);

        await Assert.ThrowsAsync<BackupNotFoundException>(() => repository.ServiceOn(counting)
            .ValidateManyAsync(new ValidationRequest { Ids = [repository.Backups[0].Id.Value, "none"] }, null, Cancel));
        Assert.DoesNotContain(counting.Operations, operation => operation.StartsWith("open layers/", StringComparison.Ordinal));
    }

    [Fact]
    public void Backups_that_share_nothing_are_read_apart_and_too_many_layers_in_several_batches()
    {
        BackupManifest[] chain = [.. Enumerable.Range(1, 10).Select(count => Manifest($"chain-{count}", 'a', count))];
        BackupManifest[] other = [Manifest("other-1", 'b', 1), Manifest("other-2", 'b', 2)];

        IReadOnlyList<LayerBatch> all = LayerBatch.Plan([chain[0], other[0], .. chain[1..], other[1]]);
        Assert.Equal([chain, other], all.Select(batch => batch.Backups));
        Assert.Equal([10, 2], all.Select(batch => batch.Layers.Count));

        IReadOnlyList<LayerBatch> few = LayerBatch.Plan(chain, maxLayers: 4);
        Assert.Equal(chain, few.SelectMany(batch => batch.Backups));
        Assert.All(few, batch => Assert.True(batch.Layers.Count <= 4 || batch.Backups.Count == 1));
        Assert.Equal(4, few[0].Backups.Count);
        Assert.Equal(10, LayerBatch.Plan(chain, maxBlockBytes: 1).Count);
    }

    private static BackupManifest Manifest(string id, char layer, int layers) => TestManifests.Full with
    {
        Id = BackupId.TryParse(id, out BackupId parsed) ? parsed : default,
        Layers = [.. Enumerable.Range(0, layers).Select(number => TestManifests.Full.Layers[0] with
        {
            Id = LayerId.TryParse($"{layer}{number}", out LayerId layerId) ? layerId : default,
        })],
    };

    /// <summary>Tells when it ends, before it does.</summary>
    private sealed class WatchedScratch(IScratchStore inner, Action ends) : IScratchStore
    {
        public StateStore Store => inner.Store;

        public void Dispose()
        {
            ends();
            inner.Dispose();
        }
    }

    private sealed class CountedScratch : IScratchStore
    {
        private readonly MemoryScratch _inner = new();

        internal bool IsDisposed { get; private set; }

        internal string? RestoredFrom { get; private set; }

        public StateStore Store => _inner.Store;

        public void Dispose()
        {
            RestoredFrom = Store.ReadStatus().RestoredFrom?.BackupId;
            IsDisposed = true;
            _inner.Dispose();
        }
    }
}
