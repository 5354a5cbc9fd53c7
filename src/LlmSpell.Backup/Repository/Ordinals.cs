using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Gives the ordinals of backups: none twice, also when manifests come back that could not be read, or that a repair has moved aside.</summary>
internal static class Ordinals
{
    // Of a manifest that cannot be read the ordinal is not known: this many are left out for each.
    private const long PerUnreadable = 1_000;

    /// <summary>The next one. The caller holds the publish lock.</summary>
    /// <param name="storage">The repository's storage.</param>
    /// <param name="entries">All its manifests.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="StateUnsupportedException">The highest that there is has been given.</exception>
    internal static async Task<long> NextAsync(IRepositoryStorage storage, IReadOnlyList<ManifestEntry> entries, CancellationToken cancellationToken)
    {
        ManifestEntry? newest = entries.MaxBy(static entry => entry.Manifest?.Ordinal);
        (long given, string? by) = (newest?.Manifest?.Ordinal ?? 0, newest?.Path);
        foreach (RepositoryEntry file in await storage.ListAsync(RepositoryPaths.Damaged, cancellationToken).ConfigureAwait(false))
        {
            if (RepositoryPaths.TryParseOrdinalsGiven(file.Path, out long number) && number > given)
            {
                (given, by) = (number, file.Path);
            }
        }

        long next = given + 1 + (PerUnreadable * entries.Count(static entry => entry.Manifest is null));
        return next <= ManifestLimits.MaxNumber ? next : throw new StateUnsupportedException(
            $"no backup can be made in {storage.Location}: {by} has the ordinal {given}, and a newer one would be beyond the highest that there is",
            "Counting never gets there: another tool wrote it. Choose another backup_dir, or move that file out of the repository, which gives its backup up.");
    }

    /// <summary>The highest that any of these manifests may have.</summary>
    internal static long HighestOf(IReadOnlyCollection<ManifestEntry> entries) => Math.Min(
        ManifestLimits.MaxNumber,
        entries.Max(static entry => entry.Manifest?.Ordinal ?? 0) + (PerUnreadable * entries.Count(static entry => entry.Manifest is null)));
}
