using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A check names exactly what is damaged, of every kind of file, and what it costs.</summary>
public sealed class RepositoryCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_repository_has_no_damage_and_no_leftovers()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();

        RepositoryCheckReport report = await repository.Service.CheckRepositoryAsync(null, Cancel);

        Assert.True(report.IsWhole);
        Assert.Empty(report.Leftovers);
        Assert.Equal(repository.Backups.Select(backup => backup.Id), report.Backups.Select(backup => backup.Id));
        Assert.All(report.Backups, backup => Assert.True(backup.IsValid));
    }

    [Fact]
    public async Task A_flipped_bit_in_any_byte_of_any_file_is_found_in_that_file_alone()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys)
        {
            // Every byte of the data; of indexes and of sealed JSON, where one hash covers all alike, some.
            int step = path.EndsWith(".json", StringComparison.Ordinal) ? 41 : path.EndsWith(".index", StringComparison.Ordinal) ? 7 : 1;
            for (int at = 0; at < repository.Storage.Files[path].Length; at += step)
            {
                MemoryStorage damaged = repository.Storage.Copy();
                damaged.Files[path][at] ^= (byte)(1 << (at % 8));
                await AssertFoundAsync(repository, damaged, path, $"{path}, byte {at}");
            }
        }
    }

    [Fact]
    public async Task A_file_that_is_cut_or_longer_is_found()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach ((string path, byte[] whole) in repository.Storage.Files)
        {
            foreach (byte[] bytes in (byte[][])[[], whole[..1], whole[..(whole.Length / 2)], whole[..^1], [.. whole, 0]])
            {
                MemoryStorage damaged = repository.Storage.Copy();
                damaged.Files[path] = bytes;
                await AssertFoundAsync(repository, damaged, path, $"{path}, {bytes.Length} of {whole.Length} bytes");
            }
        }
    }

    [Fact]
    public async Task A_missing_layer_file_or_repository_json_is_found()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        foreach (string path in repository.Storage.Files.Keys.Where(static path => RepositoryPaths.IsLayerFile(path) || path == RepositoryPaths.Descriptor))
        {
            MemoryStorage damaged = repository.Storage.Copy();
            damaged.Files.TryRemove(path, out _);
            await AssertFoundAsync(repository, damaged, path, $"{path}, missing");
        }
    }

    [Fact]
    public async Task Leftovers_are_named_by_kind_and_are_no_damage()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        MemoryStorage storage = repository.Storage;
        BackupManifest gone = repository.Backups[3];
        storage.Files.TryRemove(RepositoryPaths.Manifest(gone.Id), out _);
        storage.Files[RepositoryPaths.Pin(gone.Id)] = storage.Files[RepositoryPaths.Pin(repository.Backups[1].Id)];
        storage.Files[$"layers/{RepositoryPaths.TemporaryName(Guid.Empty)}"] = [1, 2];
        storage.Files["notes.txt"] = [1];
        storage.Files["manifests/notes.txt"] = [1];
        storage.Files["lock"] = [];
        storage.Files[$"validations/{gone.Id}.1.json"] = storage.Files[$"validations/{repository.Backups[0].Id}.1.json"];

        RepositoryCheckReport report = await repository.Service.CheckRepositoryAsync(null, Cancel);

        Dictionary<string, LeftoverKind> kinds = report.Leftovers.ToDictionary(leftover => leftover.File, leftover => leftover.Kind);
        Assert.Equal(LeftoverKind.UnnamedLayer, kinds[RepositoryPaths.LayerData(gone.Layers[0].Id, LayerCodec.Zstd)]);
        Assert.Equal(LeftoverKind.UnnamedLayer, kinds[RepositoryPaths.LayerIndex(gone.Layers[0].Id)]);
        Assert.Equal(LeftoverKind.LonePin, kinds[RepositoryPaths.Pin(gone.Id)]);
        Assert.Equal(LeftoverKind.Unfinished, kinds[$"layers/{RepositoryPaths.TemporaryName(Guid.Empty)}"]);
        Assert.Equal(LeftoverKind.Unknown, kinds["notes.txt"]);
        Assert.Equal(LeftoverKind.Unknown, kinds["manifests/notes.txt"]);
        Assert.Equal(LeftoverKind.OldValidation, kinds[$"validations/{gone.Id}.1.json"]);
        Assert.Equal(7, kinds.Count);
        Assert.Equal([RepositoryPaths.Pin(gone.Id), $"validations/{gone.Id}.1.json"], report.Damages.Select(damage => damage.File));
    }

    [Fact]
    public async Task A_layer_that_a_damaged_manifest_may_name_is_no_leftover()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        repository.Storage.Files[RepositoryPaths.Manifest(repository.Backups[3].Id)][20] ^= 1;

        RepositoryCheckReport report = await repository.Service.CheckRepositoryAsync(null, Cancel);

        Assert.Equal([repository.Backups[3].Id], Assert.Single(report.Damages).Affected);
        Assert.Empty(report.Leftovers);
    }

    [Fact]
    public async Task Where_nothing_is_there_is_nothing_to_check()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();

        await Assert.ThrowsAsync<StateNotFoundException>(() => repository.ServiceOn(new MemoryStorage()).CheckRepositoryAsync(null, Cancel));
    }

    [Fact]
    public async Task Looking_where_no_repository_is_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupService service = repository.ServiceOn(new FolderStorage(folder["backups"]));

        Assert.Empty((await service.ValidateManyAsync(new ValidationRequest(), null, Cancel)).Backups);
        await Assert.ThrowsAsync<StateNotFoundException>(() => service.CheckRepositoryAsync(null, Cancel));
        foreach (bool dryRun in (bool[])[true, false])
        {
            await Assert.ThrowsAsync<StateNotFoundException>(() => service.RepairRepositoryAsync(new RepairRequest { DryRun = dryRun }, null, Cancel));
        }

        Assert.False(Directory.Exists(folder["backups"]));
    }

    private static async Task AssertFoundAsync(SmallRepository repository, MemoryStorage damaged, string path, string what)
    {
        RepositoryCheckReport report = await repository.ServiceOn(damaged).CheckRepositoryAsync(null, Cancel);

        Assert.True(report.Damages.Count > 0, $"not found: {what}");
        Assert.All(report.Damages, damage => Assert.True(damage.File == path, $"{what}: {damage.Message}"));
        IReadOnlyList<BackupId> affected = path == RepositoryPaths.Descriptor ? [.. repository.Backups.Select(backup => backup.Id)]
            : RepositoryPaths.FolderOf(path) == RepositoryPaths.Manifests ? [.. repository.Backups.Select(backup => backup.Id).Where(id => RepositoryPaths.Manifest(id) == path)]
            : repository.Having(path);
        Assert.All(report.Damages, damage => Assert.Equal(affected, damage.Affected));
        bool isRepairable = RepositoryPaths.FolderOf(path) is not (RepositoryPaths.Manifests or RepositoryPaths.Pins) && !path.EndsWith(".zst", StringComparison.Ordinal);
        Assert.All(report.Damages, damage => Assert.Equal(isRepairable, damage.IsRepairable));
        Assert.Equal(
            path == RepositoryPaths.Descriptor ? [] : affected,
            report.Backups.Where(backup => !backup.IsValid).Select(backup => backup.Id));
    }
}
