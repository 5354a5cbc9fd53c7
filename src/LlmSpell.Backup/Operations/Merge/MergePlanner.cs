namespace LlmSpell.Backup;

/// <summary>
/// Decides which layers are merged, from their sizes alone. What a restore reads must stay near what a fresh full would be, and what
/// merging writes must stay in proportion to the changes, however large the base is.
/// </summary>
/// <remarks>
/// The base is written anew only when the changes on it have reached half its size, so each byte of change pays for two of the base,
/// or when deletions may have left it mostly empty. Otherwise the newest layers are merged, like the runs of an LSM tree: a layer joins only if those after it have grown beyond it.
/// So a change is written again a few times and not at every merge.
/// </remarks>
internal static class MergePlanner
{
    // Where layers are merged anyway, and tombstones may have emptied more than a third of the base, it is merged too.
    private const int DeletedPart = 3;

    /// <param name="layers">The layers that the new backup would have, its own changes included, oldest first.</param>
    /// <param name="limits">When to merge.</param>
    internal static MergePlan Plan(IReadOnlyList<ManifestLayer> layers, MergeLimits limits)
    {
        int first = FirstToMerge(layers, limits);
        return new MergePlan([.. layers.Take(first)], [.. layers.Skip(first)]);
    }

    /// <summary>The place of the oldest layer to merge; the number of layers if none is.</summary>
    private static int FirstToMerge(IReadOnlyList<ManifestLayer> layers, MergeLimits limits)
    {
        if (layers.Count < 2)
        {
            return layers.Count;
        }

        long changed = layers.Skip(1).Sum(static layer => layer.RawBytes);
        if (changed > limits.NegligibleBytes && changed > layers[0].RawBytes / 2)
        {
            return 0;
        }

        if (layers.Count <= limits.MaxLayers)
        {
            return layers.Count;
        }

        // A tombstone is short however much it deletes: its own length does not tell what the base holds in vain.
        long tombstones = layers.Skip(1).Sum(static layer => layer.Tombstones);
        return tombstones > layers[0].Records / DeletedPart ? 0 : FirstOfSuffix(layers, limits);
    }

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
