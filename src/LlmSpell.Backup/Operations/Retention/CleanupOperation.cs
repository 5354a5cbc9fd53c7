using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Plans what may go, deletes those manifests, and sweeps the layers that no manifest names any more.</summary>
internal sealed class CleanupOperation(BackupRepository repository, BackupOptions options)
{
    internal async Task<CleanupReport> RunAsync(StoreId store, CleanupRequest request, CancellationToken cancellationToken)
    {
        if (request.DryRun)
        {
            (RetentionPlan planned, long bytes) = await PlanAsync(store, request, cancellationToken).ConfigureAwait(false);
            return new CleanupReport(DryRun: true, planned.Decisions, bytes, planned.Notices);
        }

        RetentionPlan plan;
        using (await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            (plan, _) = await PlanAsync(store, request, cancellationToken).ConfigureAwait(false);
            await repository.DeleteManifestsAsync([.. plan.Removed.Select(static backup => backup.Id)], cancellationToken).ConfigureAwait(false);
        }

        SweepReport sweep = await repository.SweepAsync(cancellationToken).ConfigureAwait(false);
        long freed = plan.Removed.Sum(static backup => backup.ManifestBytes) + sweep.Bytes;
        IReadOnlyList<string> notices = sweep.Skipped is { } why
            ? [.. plan.Notices, $"Layers that are no longer needed were left for the next cleanup: {why}."]
            : plan.Notices;
        return new CleanupReport(DryRun: false, plan.Decisions, freed, notices);
    }

    private async Task<(RetentionPlan Plan, long Bytes)> PlanAsync(
        StoreId store, CleanupRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestEntry> all = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);
        BackupSummary[] readable = [.. all.Select(static entry => entry.Backup).OfType<BackupSummary>()];
        BackupSummary[] own = [.. readable.Where(backup => backup.Manifest.Store == store)];
        IReadOnlySet<BackupId> pinned = await repository.ReadPinnedAsync(cancellationToken).ConfigureAwait(false);
        RetentionPlan plan = RetentionPlanner.Plan(own, files, pinned, options, request.TrustClock).LimitedTo(request.AgreedRemovals);

        // Layers are freed only if every manifest can be read: one that cannot may name them.
        bool canSweep = readable.Length == all.Count;
        IEnumerable<ManifestLayer> needed = readable.Except(plan.Removed).SelectMany(static backup => backup.Manifest.Layers);
        long bytes = plan.Removed.Sum(static backup => backup.ManifestBytes) + (canSweep ? files.BytesOutside(needed) : 0);
        return (plan, bytes);
    }
}
