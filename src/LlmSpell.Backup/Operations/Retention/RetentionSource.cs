using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What a cleanup decides by, as read from the repository at one moment. Immutable.</summary>
/// <param name="Readable">The backups of all stores whose manifests can be read, oldest first.</param>
/// <param name="Own">Those of the store that is cleaned up after.</param>
/// <param name="Files">The layer files.</param>
/// <param name="Pins">The backups that stay whatever the rules say.</param>
/// <param name="IsComplete">Whether every manifest can be read; one that cannot may name any layer.</param>
internal sealed record RetentionSource(
    IReadOnlyList<BackupSummary> Readable,
    IReadOnlyList<BackupSummary> Own,
    LayerFileSet Files,
    IReadOnlyDictionary<BackupId, BackupPin> Pins,
    bool IsComplete)
{
    internal static async Task<RetentionSource> ReadAsync(BackupRepository repository, StoreId store, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestEntry> all = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<BackupId, BackupPin> pins = await repository.ReadPinsAsync(cancellationToken).ConfigureAwait(false);
        BackupSummary[] readable = [.. all.Select(static entry => entry.Backup).OfType<BackupSummary>()];
        return new RetentionSource(
            readable, [.. readable.Where(backup => backup.Manifest.Store == store)], files, pins, readable.Length == all.Count);
    }

    /// <summary>What a plan decides about.</summary>
    internal RetentionHistory History(KnownGood known) => new(Own, known.Newest(this)?.Id, Pins);

    /// <summary>Whether a plan gives up backups that are none of safety, or layers.</summary>
    internal bool GivesUp(RetentionPlan plan) => plan.Removed.Any(static backup => !backup.Manifest.IsSafety) || LosesLayers(plan);

    /// <summary>
    /// Which layers of a backup have to be whole so that it can stand in for those that a plan removes: those that one of them does without, and may be whole although
    /// they are damaged. What it shares with all of them need not be read: if that is damaged, they are damaged as well.
    /// </summary>
    internal IEnumerable<ManifestLayer> LayersToRead(RetentionPlan plan, BackupSummary standIn)
    {
        bool losesLayers = LosesLayers(plan);
        BackupSummary[] missed = [.. plan.Removed.Where(backup => losesLayers || !backup.Manifest.IsSafety)];
        return standIn.Manifest.Layers.Where(layer => missed.Any(backup => !backup.Manifest.Layers.Contains(layer)));
    }

    /// <summary>Whether a plan gives up layers, and not just manifests whose layers others hold too.</summary>
    private bool LosesLayers(RetentionPlan plan)
    {
        HashSet<LayerId> needed = [.. LayersLeftBy(plan).Select(static layer => layer.Id)];
        return plan.Removed.Any(backup => backup.Manifest.Layers.Any(layer => !needed.Contains(layer.Id)));
    }

    /// <summary>How many bytes go with what a plan removes, and with all else that the sweep after it deletes.</summary>
    internal long BytesFreedBy(RetentionPlan plan, SweepListing listing) =>
        plan.Removed.Sum(static backup => backup.ManifestBytes)
        + listing.Rubbish(plan.Removed.Select(static backup => backup.Id).ToHashSet(), IsComplete ? LayersLeftBy(plan) : null).Sum(static file => file.Length);

    private IEnumerable<ManifestLayer> LayersLeftBy(RetentionPlan plan)
    {
        HashSet<BackupId> removed = [.. plan.Removed.Select(static backup => backup.Id)];
        return Readable.Where(backup => !removed.Contains(backup.Id)).SelectMany(static backup => backup.Manifest.Layers);
    }
}
