namespace LlmSpell.Backup;

/// <summary>What the repository remembers of damage, so that no incremental is built on layers that a validation found damaged.</summary>
internal static class KnownDamage
{
    /// <summary>Says why a backup cannot be built on; null if nothing is known against it.</summary>
    /// <param name="storage">Where the backups lie.</param>
    /// <param name="parent">The backup that would be built on.</param>
    /// <param name="backups">All that can be read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<string?> FindAsync(
        IRepositoryStorage storage, BackupManifest parent, IReadOnlyList<BackupSummary> backups, CancellationToken cancellationToken)
    {
        // What is damaged in a backup of which the parent has all layers is damaged in the parent.
        BackupSummary[] within = [.. backups.Where(backup => backup.Manifest.Layers.All(parent.Layers.Contains))];
        IReadOnlyList<BackupSummary> validated = await ValidationFiles.AddToAsync(storage, within, cancellationToken).ConfigureAwait(false);
        return validated.LastOrDefault(static backup => backup.Validation is { IsWhole: false }) is { } damaged
            ? $"a validation found {damaged.Id} damaged"
            : null;
    }
}
