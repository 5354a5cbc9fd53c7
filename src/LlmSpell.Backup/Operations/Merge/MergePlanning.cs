namespace LlmSpell.Backup;

/// <summary>
/// Plans a merge: by the manifest alone where that tells enough, else by what the newer layers have changed in the base. A few small keys may have taken the place of nearly all
/// its bytes, or none.
/// </summary>
/// <remarks>
/// What is read for that stays in proportion to what is written: newer layers as far back as they are small enough beside the newest one, and the base's index.
/// Blocks of the base are read where they are few, where layers are merged anyway, and where the newest layer raises the suspicion that much of
/// them is dead; not again at each backup because small values are changed that stand beside large ones.
/// </remarks>
internal sealed class MergePlanning(IRepositoryStorage storage, MergeLimits limits)
{
    // As many times as much as is written; so sixteen layers of one size are all read.
    private const int ReadFactor = 16;

    /// <param name="layers">The layers that the new backup would have, oldest first.</param>
    /// <param name="newest">The one of them that was written for it; null if nothing changed, so that nothing can have become worse.</param>
    /// <param name="entries">How many entries the state has.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    internal async Task<MergePlan> PlanAsync(
        IReadOnlyList<ManifestLayer> layers, ManifestLayer? newest, long entries, CancellationToken cancellationToken)
    {
        MergePlan plan = MergePlanner.Plan(layers, entries, limits);
        if (plan.IsWhole || newest is null || !MayBeInVain(layers, entries))
        {
            return plan;
        }

        long written = plan.IsNeeded ? plan.Merged.Sum(static layer => layer.RawBytes) : newest.RawBytes;
        long affordable = Math.Max(written * ReadFactor, limits.AffordableBytes);
        LayerWeighing weighing = await LayerWeighing.OpenAsync(storage, layers, FirstAffordable(layers, affordable), cancellationToken).ConfigureAwait(false);
        await using (weighing.ConfigureAwait(false))
        {
            ChangeWeights weights = await weighing.RunAsync(exact: false, cancellationToken).ConfigureAwait(false);
            if (!MergePlanner.IsTooMuch(weights, weights.Touched, limits))
            {
                return plan;
            }

            bool suspicious = MergePlanner.IsTooMuch(weights, weights.Dead, limits) && !MergePlanner.IsTooMuch(weights, weights.DeadBefore, limits);
            weights = suspicious || plan.IsNeeded || weights.Touched.Raw <= affordable
                ? await weighing.RunAsync(exact: true, cancellationToken).ConfigureAwait(false)
                : weights with { Dead = default };
            return MergePlanner.Plan(layers, entries, limits, weights);
        }
    }

    /// <summary>Whether any record is of no use; the entries and the records tell how many are not.</summary>
    private bool MayBeInVain(IReadOnlyList<ManifestLayer> layers, long entries) =>
        layers.Count > 1
        && LayerWeight.Of(layers).Exceeds(default, 1, limits.NegligibleBytes)
        && layers.Sum(static layer => layer.Records) > entries;

    private static int FirstAffordable(IReadOnlyList<ManifestLayer> layers, long affordable)
    {
        int first = layers.Count - 1;
        long bytes = layers[first].RawBytes;
        while (first > 1 && bytes + layers[first - 1].RawBytes <= affordable)
        {
            bytes += layers[--first].RawBytes;
        }

        return first;
    }
}
