namespace LlmSpell.Backup;

/// <summary>What the files of a repository take.</summary>
internal static class RepositorySize
{
    /// <summary>The bytes of all its files, each once.</summary>
    internal static async Task<long> MeasureAsync(IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        long bytes = 0;
        foreach (string folder in RepositoryPaths.Folders)
        {
            IReadOnlyList<RepositoryEntry> files = await storage.ListAsync(folder, cancellationToken).ConfigureAwait(false);
            bytes += files.Sum(static file => file.Length);
        }

        return bytes;
    }
}
