namespace LlmSpell.Backup;

/// <summary>
/// Plans a merge: by the manifest alone where that tells enough, else by what the newer layers have changed in the base. A few small keys may have taken the place of nearly all
/// its bytes, or none.
/// </summary>
/// <remarks>
/// What is read for that is the base's index, newer layers as far back as they are small enough, and a sample of the base's blocks that were touched: a little each time, and in
/// proportion to what is written at every fourth layer and where layers are merged anyway; all newer layers as soon as the number of dead records raises a suspicion, but not
/// again at each backup. If by the sample a merge is due, a larger one is taken, until it has all the blocks: so no base is written anew by chance.
/// </remarks>
internal sealed class MergePlanning(IRepositoryStorage storage, MergeLimits limits)
{
    // The others stay nearly as fast as they are without.
    private const int LayersBetweenLooks = 4;

    // As many times as much as is written.
    private const int ReadFactor = 8;
    private const int SampleGrowth = 4;

    /// <param name="recorded">What the backup would be without a merge. If nothing changed, nothing can have become worse.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    internal async Task<MergePlan> PlanAsync(RecordedSnapshot recorded, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestLayer> layers = recorded.Layers;
        long entries = recorded.Status.Entries;
        MergePlan plan = MergePlanner.Plan(layers, entries, limits);
        if (plan.IsWhole || recorded is not { Layer: { } newest, Plan.Parent: { } parent } || !MayBeInVain(layers, entries))
        {
            return plan;
        }

        bool readsAll = SeemsTooMuch(layers, entries) && (plan.IsNeeded || !SeemsTooMuch(parent.Layers, parent.Entries));
        bool looksClosely = readsAll || plan.IsNeeded || layers.Count % LayersBetweenLooks == 0;
        long affordable = Math.Max(looksClosely ? newest.RawBytes * ReadFactor : 1, limits.AffordableBytes);
        int first = readsAll ? 1 : FirstAffordable(layers, Math.Max(affordable, plan.Merged.Sum(static layer => layer.RawBytes)));
        LayerWeighing weighing = await LayerWeighing.OpenAsync(storage, layers, first, cancellationToken).ConfigureAwait(false);
        await using (weighing.ConfigureAwait(false))
        {
            ChangeWeights weights = await weighing.RunAsync(BlockSample.None, cancellationToken).ConfigureAwait(false);
            bool isTooMuch = MergePlanner.IsTooMuch(weights, weights.MostDead, limits);
            BlockSample sample = BlockSample.None;
            for (long budget = affordable; isTooMuch && !sample.IsWhole; budget *= SampleGrowth)
            {
                sample = new(weights.Touched.Raw, budget, phase: layers.Count % limits.MaxLayers / (double)limits.MaxLayers);
                weights = await weighing.RunAsync(sample, cancellationToken).ConfigureAwait(false);
                isTooMuch = MergePlanner.IsTooMuch(weights, weights.Dead, limits);
            }

            return isTooMuch ? MergePlanner.Plan(layers, entries, limits, weights) : plan;
        }
    }

    /// <summary>Whether any record is of no use; the entries and the records tell how many are not.</summary>
    private bool MayBeInVain(IReadOnlyList<ManifestLayer> layers, long entries) =>
        layers.Count > 1
        && LayerWeight.Of(layers).Exceeds(default, 1, limits.NegligibleBytes)
        && layers.Sum(static layer => layer.Records) > entries;

    /// <summary>Whether too much is dead if all that is dead lies in the base, in records as long as others there.</summary>
    private bool SeemsTooMuch(IReadOnlyList<ManifestLayer> layers, long entries)
    {
        if (layers.Count < 2)
        {
            return false;
        }

        ManifestLayer lowest = layers[0];
        long dead = Math.Clamp(layers.Sum(static layer => layer.Records - layer.Tombstones) - entries, 0, lowest.Records);
        LayerWeight vain = LayerWeight.Of([lowest]).Scaled(new(lowest.Records, lowest.Records), new(dead, dead));
        return vain.Exceeds(LayerWeight.Of(layers) - vain, MergePlanner.VainPart, limits.NegligibleBytes);
    }

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
