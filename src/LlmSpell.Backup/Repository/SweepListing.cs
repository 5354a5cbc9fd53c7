namespace LlmSpell.Backup;

/// <summary>The files among which a sweep looks for what no backup needs, as listed at one moment. Immutable.</summary>
internal sealed class SweepListing
{
    private readonly IReadOnlyList<RepositoryEntry> _files;

    private SweepListing(IReadOnlyList<RepositoryEntry> files) => _files = files;

    internal static async Task<SweepListing> ReadAsync(IRepositoryStorage storage, IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        List<RepositoryEntry> files = [];
        foreach (string folder in folders)
        {
            files.AddRange(await storage.ListAsync(folder, cancellationToken).ConfigureAwait(false));
        }

        return new SweepListing(files);
    }

    /// <summary>What a sweep deletes once some backups are gone.</summary>
    /// <param name="gone">Backups that count as gone although their manifests are among the files.</param>
    /// <param name="needed">The layers of all backups that are left; null if they are not known, and every layer stays.</param>
    internal IReadOnlyList<RepositoryEntry> Rubbish(IReadOnlySet<BackupId> gone, IEnumerable<ManifestLayer>? needed)
    {
        HashSet<string>? named = needed is null ? null : [.. RepositoryPaths.LayerFiles(needed)];
        return
        [
            .. _files.Where(file => RepositoryPaths.IsTemporary(file.Path)
                || (named is not null && RepositoryPaths.IsLayerFile(file.Path) && !named.Contains(file.Path))),
            .. ValidationFiles.FindRubbish(_files, gone),
        ];
    }
}
