namespace LlmSpell.Backup;

/// <summary>
/// Deletes what no manifest names: layers and validations of backups that are gone, and what dead processes left half written. Only files
/// with names that this program gives are ever touched, and nothing that a repair has set aside.
/// </summary>
internal static class RepositorySweep
{
    internal static async Task<SweepReport> RunAsync(BackupRepository repository, CancellationToken cancellationToken)
    {
        IRepositoryStorage storage = repository.Storage;
        using IDisposable? layers = await storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, cancellationToken).ConfigureAwait(false);
        if (layers is null)
        {
            return new SweepReport(0, 0, "somebody is creating, validating, restoring or cleaning up backups");
        }

        // Nobody can publish without a lock on the layers; but pins and repository.json are written under this one alone.
        using IDisposable? publish = await storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, cancellationToken).ConfigureAwait(false);
        List<RepositoryEntry> rubbish = [];
        if (publish is not null)
        {
            rubbish.AddRange(await FindTemporaryAsync(storage, cancellationToken).ConfigureAwait(false));
            rubbish.AddRange(await ValidationFiles.FindRubbishAsync(storage, cancellationToken).ConfigureAwait(false));
        }

        IReadOnlyList<ManifestEntry> manifests = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        ManifestEntry? unreadable = manifests.FirstOrDefault(static entry => entry.Manifest is null);
        rubbish.AddRange(await FindInLayersAsync(storage, manifests, unreadable is null, cancellationToken).ConfigureAwait(false));

        if (rubbish.Count > 0)
        {
            // A manifest that another process deleted must not come back after a power loss when its layers are gone.
            // Deleting from a folder makes earlier deletions from it durable, too.
            await storage.DeleteAsync([$"{RepositoryPaths.Manifests}/{RepositoryPaths.TemporaryName(Guid.Empty)}"], cancellationToken).ConfigureAwait(false);
            await storage.DeleteAsync([.. rubbish.Select(static file => file.Path)], cancellationToken).ConfigureAwait(false);
        }

        string? skipped = unreadable is not null ? $"the layers stay, since {unreadable.Path} cannot be read and may name any of them"
            : publish is null ? "somebody is publishing a backup"
            : null;
        return new SweepReport(rubbish.Count, rubbish.Sum(static file => file.Length), skipped);
    }

    private static async Task<List<RepositoryEntry>> FindTemporaryAsync(IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        List<RepositoryEntry> found = [];
        foreach (string folder in (string[])[RepositoryPaths.Root, RepositoryPaths.Manifests, RepositoryPaths.Pins, RepositoryPaths.Validations])
        {
            IReadOnlyList<RepositoryEntry> files = await storage.ListAsync(folder, cancellationToken).ConfigureAwait(false);
            found.AddRange(files.Where(static file => RepositoryPaths.IsTemporary(file.Path)));
        }

        return found;
    }

    private static async Task<IEnumerable<RepositoryEntry>> FindInLayersAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestEntry> manifests, bool unnamedToo, CancellationToken cancellationToken)
    {
        HashSet<string> named = [.. RepositoryPaths.LayerFiles(manifests.SelectMany(static entry => entry.Manifest?.Layers ?? []))];
        IReadOnlyList<RepositoryEntry> files = await storage.ListAsync(RepositoryPaths.Layers, cancellationToken).ConfigureAwait(false);
        return files.Where(file => RepositoryPaths.IsTemporary(file.Path)
            || (unnamedToo && RepositoryPaths.IsLayerFile(file.Path) && !named.Contains(file.Path)));
    }
}
