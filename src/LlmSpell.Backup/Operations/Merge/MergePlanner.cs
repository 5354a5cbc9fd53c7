namespace LlmSpell.Backup;

/// <summary>
/// Decides which layers are merged, from their sizes, and from what is dead in them where that is known. What a restore reads must stay near what a fresh full
/// would be, and what merging writes must stay in proportion to the changes, however large the base is.
/// </summary>
/// <remarks>
/// The base is written anew only when the changes on it, and what deletions have left in it in vain, have reached half of what is live, or when what is really dead has: so each byte that was
/// changed or deleted pays for two that are written. Sizes alone do not tell what is dead: a tombstone or a small value may have taken the place of a large one. Otherwise the newest layers are merged, like the runs of an LSM tree: a layer joins only if those after it have grown beyond it.
/// So a change is written again a few times and not at every merge.
/// </remarks>
internal static class MergePlanner
{
    /// <summary>What is read in vain may be half of what is live.</summary>
    internal const int VainPart = 2;

    // A merge that leaves the base as it is must bring it down to a quarter, else the next one comes too soon.
    private const int LeftPart = 4;

    // Where layers are merged anyway, and tombstones may have emptied more than a third of the base, it is merged too.
    private const int DeletedPart = 3;

    /// <param name="layers">The layers that the new backup would have, its own changes included, oldest first.</param>
    /// <param name="entries">How many entries the state has.</param>
    /// <param name="limits">When to merge.</param>
    /// <param name="weights">What the newer layers have made useless, if that is known.</param>
    internal static MergePlan Plan(IReadOnlyList<ManifestLayer> layers, long entries, MergeLimits limits, ChangeWeights? weights = null)
    {
        int first = FirstToMerge(layers, entries, limits, weights);
        return new MergePlan([.. layers.Take(first)], [.. layers.Skip(first)]);
    }

    /// <summary>Whether a restore would read too much, if so much of the base is dead.</summary>
    internal static bool IsTooMuch(ChangeWeights weights, LayerWeight dead, MergeLimits limits) =>
        (weights.All - weights.LiveWithout(dead)).Exceeds(weights.LiveWithout(dead), VainPart, limits.NegligibleBytes);

    /// <summary>The place of the oldest layer to merge; the number of layers if none is.</summary>
    private static int FirstToMerge(IReadOnlyList<ManifestLayer> layers, long entries, MergeLimits limits, ChangeWeights? weights)
    {
        if (layers.Count < 2)
        {
            return layers.Count;
        }

        long live = LiveBytes(layers[0], entries);
        long vain = layers.Sum(static layer => layer.RawBytes) - live;
        if (vain > limits.NegligibleBytes && vain > live / VainPart)
        {
            return 0;
        }

        if (weights is not null && IsTooMuch(weights, weights.Dead, limits))
        {
            LayerWeight left = weights.LiveWithout(weights.Dead);
            bool baseIsTooMuch = (weights.Tombstones + weights.Dead).Exceeds(left, LeftPart, limits.NegligibleBytes / 2);
            return layers.Count == 2 || baseIsTooMuch ? 0 : 1;
        }

        if (layers.Count <= limits.MaxLayers)
        {
            return layers.Count;
        }

        // A tombstone is short however much it deletes: its own length does not tell what the base holds in vain.
        long tombstones = layers.Skip(1).Sum(static layer => layer.Tombstones);
        return tombstones > layers[0].Records / DeletedPart ? 0 : FirstOfSuffix(layers, limits);
    }

    /// <summary>What a base of that size would have if it were written anew: of its records no more can be live than the state has entries.</summary>
    private static long LiveBytes(ManifestLayer layer, long entries) =>
        entries < layer.Records ? (long)((Int128)layer.RawBytes * entries / layer.Records) : layer.RawBytes;

    private static int FirstOfSuffix(IReadOnlyList<ManifestLayer> layers, MergeLimits limits)
    {
        // Half of the layers, so that the next merge is as many backups away; more where another program has made too many.
        int fewest = Math.Max(limits.MaxLayers / 2, layers.Count - limits.MaxLayers + 1);
        long merged = 0;
        for (int first = layers.Count - 1; first > 1; first--)
        {
            merged += layers[first].RawBytes;
            if (layers.Count - first >= fewest && layers[first - 1].RawBytes >= merged)
            {
                return first;
            }
        }

        return 1;
    }
}
