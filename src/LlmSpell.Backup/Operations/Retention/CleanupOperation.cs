using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Plans what may go, deletes those manifests, and sweeps the layers that no manifest names any more.</summary>
internal sealed class CleanupOperation(BackupRepository repository, BackupOptions options)
{
    /// <summary>The caller holds no lock.</summary>
    internal async Task<CleanupReport> RunAsync(StoreId store, CleanupRequest request, CancellationToken cancellationToken)
    {
        RetentionPlan Rules(RetentionSource source, KnownGood known) => RetentionPlanner
            .Plan(source.History(known), options, options.TimeProvider.GetUtcNow(), request.TrustClock)
            .LimitedTo(request.AgreedRemovals, RetentionRule.NotAgreed, "its removal was not in the plan that was agreed to");

        KnownGood known = await new KnownGoodSearch(repository, Rules).RunAsync(store, cancellationToken).ConfigureAwait(false);
        RetentionPlan plan;
        long planned = 0;
        using (request.DryRun ? null : await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
            plan = Rules(source, known);
            if (!known.Covers(plan, source))
            {
                plan = plan.LimitedTo([], RetentionRule.NoWholeBackup, "no newer backup is known to be whole");
            }

            if (request.DryRun)
            {
                SweepListing listing = await SweepListing.ReadAsync(repository.Storage, RepositoryPaths.Folders, cancellationToken).ConfigureAwait(false);
                planned = source.BytesFreedBy(plan, listing);
            }
            else
            {
                await repository.DeleteManifestsAsync([.. plan.Removed.Select(static backup => backup.Id)], cancellationToken).ConfigureAwait(false);
            }
        }

        string[] notices = [.. known.Notices, .. plan.Notices];
        if (request.DryRun)
        {
            return new CleanupReport(DryRun: true, plan.Decisions, planned, notices) { Damaged = known.Damaged };
        }

        SweepReport sweep = await repository.SweepAsync(cancellationToken).ConfigureAwait(false);
        long freed = plan.Removed.Sum(static backup => backup.ManifestBytes) + sweep.Bytes;
        if (sweep.Skipped is { } why)
        {
            notices = [.. notices, $"Layers that are no longer needed were left for the next cleanup: {why}."];
        }

        return new CleanupReport(DryRun: false, plan.Decisions, freed, notices) { Damaged = known.Damaged };
    }
}
