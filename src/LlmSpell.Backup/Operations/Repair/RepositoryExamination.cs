using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Reads a whole repository: every file that belongs to it, to its last byte, each layer once.</summary>
internal sealed class RepositoryExamination(BackupRepository repository, BackupDamagedException? descriptor, ProgressMeter? meter)
{
    private readonly IRepositoryStorage _storage = repository.Storage;

    /// <summary>The caller holds the lock on the layers.</summary>
    internal async Task<RepositoryFindings> RunAsync(CancellationToken cancellationToken)
    {
        ILookup<string, RepositoryEntry> files = await ListAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ManifestEntry> manifests = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        ValidationFindings validation = await new ValidateOperation(repository, scratch: null, meter)
            .RunAsync(manifests, manifests, ValidationDepth.Readable, cancellationToken).ConfigureAwait(false);
        List<(string Path, BackupId Backup)> told = [];
        return new RepositoryFindings(
            descriptor,
            manifests,
            validation,
            await FindRebuildableAsync(validation.Damages, cancellationToken).ConfigureAwait(false),
            await CheckPinsAsync(files[RepositoryPaths.Pins], cancellationToken).ConfigureAwait(false),
            await CheckMemoriesAsync(told, cancellationToken).ConfigureAwait(false),
            told,
            files);
    }

    private async Task<ILookup<string, RepositoryEntry>> ListAsync(CancellationToken cancellationToken)
    {
        List<RepositoryEntry> files = [];
        foreach (string folder in RepositoryPaths.Folders)
        {
            files.AddRange(await _storage.ListAsync(folder, cancellationToken).ConfigureAwait(false));
        }

        return files.OrderBy(static file => file.Path, StringComparer.Ordinal).ToLookup(static file => RepositoryPaths.FolderOf(file.Path));
    }

    private async Task<HashSet<ManifestLayer>> FindRebuildableAsync(DamageTally damages, CancellationToken cancellationToken)
    {
        HashSet<ManifestLayer> found = [];
        foreach (ManifestLayer layer in damages.Layers)
        {
            string data = RepositoryPaths.LayerData(layer.Id, layer.Codec);
            if (damages.All.All(damage => damage.File != data)
                && await IndexRebuild.TryRunAsync(_storage, layer, cancellationToken).ConfigureAwait(false) is not null)
            {
                found.Add(layer);
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<DamagedPin>> CheckPinsAsync(IEnumerable<RepositoryEntry> files, CancellationToken cancellationToken)
    {
        List<DamagedPin> damaged = [];
        foreach (RepositoryEntry file in files)
        {
            if (RepositoryPaths.TryParseBackup(file.Path, out BackupId backup)
                && await FindDamageAsync(file.Path, bytes => PinJson.Read(file.Path, backup, bytes), cancellationToken).ConfigureAwait(false) is { } damage)
            {
                damaged.Add(new DamagedPin(backup, damage));
            }
        }

        return damaged;
    }

    /// <param name="told">Gets the memories of damage.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<IReadOnlyList<BackupDamagedException>> CheckMemoriesAsync(List<(string Path, BackupId Backup)> told, CancellationToken cancellationToken)
    {
        List<BackupDamagedException> damaged = [];
        foreach (ValidationFile file in await ValidationFiles.ListAsync(_storage, cancellationToken).ConfigureAwait(false))
        {
            RememberedValidation? memory = null;
            if (await FindDamageAsync(file.Path, bytes => memory = ValidationJson.Read(file.Path, file.Backup, bytes), cancellationToken).ConfigureAwait(false) is { } damage)
            {
                damaged.Add(damage);
            }
            else if (memory is { IsWhole: false })
            {
                told.Add((file.Path, file.Backup));
            }
        }

        return damaged;
    }

    /// <returns>Null if the file is whole, gone meanwhile, or of a newer version.</returns>
    private async Task<BackupDamagedException?> FindDamageAsync(string path, Action<byte[]> check, CancellationToken cancellationToken)
    {
        try
        {
            if (await RepositoryFiles.ReadAsync(_storage, path, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                check(bytes);
            }

            return null;
        }
        catch (BackupDamagedException damage)
        {
            return damage;
        }
        catch (StateUnsupportedException)
        {
            return null;
        }
    }
}
