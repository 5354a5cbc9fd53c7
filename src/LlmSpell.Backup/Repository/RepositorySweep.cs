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
        SweepListing listing = await SweepListing.ReadAsync(
            storage, publish is null ? [RepositoryPaths.Layers] : RepositoryPaths.Folders, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ManifestEntry> manifests = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        ManifestEntry? unreadable = manifests.FirstOrDefault(static entry => entry.Manifest is null);
        IReadOnlyList<RepositoryEntry> rubbish = listing.Rubbish(
            new HashSet<BackupId>(), unreadable is null ? manifests.SelectMany(static entry => entry.Manifest!.Layers) : null);

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
}
