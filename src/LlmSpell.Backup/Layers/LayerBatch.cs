namespace LlmSpell.Backup;

/// <summary>Backups that are added up together, since they share layers, and each of their layers once. Immutable.</summary>
/// <param name="Backups">The backups, in the order of their ordinals.</param>
/// <param name="Layers">The layers that any of them has.</param>
internal sealed record LayerBatch(IReadOnlyList<BackupManifest> Backups, IReadOnlyList<ManifestLayer> Layers)
{
    /// <summary>So many files are open at once.</summary>
    internal const int MaxLayers = 128;

    /// <summary>So many bytes the blocks take that are loaded at once, one of each layer, before compression.</summary>
    internal const long MaxBlockBytes = 64L << 20;

    /// <summary>
    /// Puts backups that share layers, with each other or through others, into one batch. Where those would be too many layers, or their blocks
    /// too large, there are several, and each reads again what it shares with the one before; but neighbours share most.
    /// </summary>
    internal static IReadOnlyList<LayerBatch> Plan(
        IReadOnlyList<BackupManifest> backups, int maxLayers = MaxLayers, long maxBlockBytes = MaxBlockBytes)
    {
        List<LayerBatch> batches = [];
        foreach (List<BackupManifest> group in Groups(backups))
        {
            List<BackupManifest> batch = [];
            HashSet<ManifestLayer> layers = [];
            foreach (BackupManifest backup in group)
            {
                ManifestLayer[] all = [.. layers.Union(backup.Layers)];
                if (batch.Count > 0 && all.Length > layers.Count && (all.Length > maxLayers || all.Sum(BlockBytes) > maxBlockBytes))
                {
                    batches.Add(new LayerBatch([.. batch], [.. layers]));
                    batch.Clear();
                    layers.Clear();
                }

                batch.Add(backup);
                layers.UnionWith(backup.Layers);
            }

            batches.Add(new LayerBatch(batch, [.. layers]));
        }

        return batches;
    }

    private static long BlockBytes(ManifestLayer layer) => Math.Min(layer.RawBytes, LayerLimits.MaxBlockBytes);

    /// <summary>The backups by what they share; groups and their members in the order given.</summary>
    private static List<List<BackupManifest>> Groups(IReadOnlyList<BackupManifest> backups)
    {
        int[] leader = [.. Enumerable.Range(0, backups.Count)];
        int Find(int backup)
        {
            while (leader[backup] != backup)
            {
                leader[backup] = leader[leader[backup]];
                backup = leader[backup];
            }

            return backup;
        }

        Dictionary<ManifestLayer, int> firstWith = [];
        for (int i = 0; i < backups.Count; i++)
        {
            foreach (ManifestLayer layer in backups[i].Layers)
            {
                if (firstWith.TryGetValue(layer, out int first))
                {
                    (int one, int other) = (Find(first), Find(i));
                    leader[Math.Max(one, other)] = Math.Min(one, other);
                }
                else
                {
                    firstWith.Add(layer, i);
                }
            }
        }

        return [.. Enumerable.Range(0, backups.Count).GroupBy(Find).Select(group => group.Select(index => backups[index]).ToList())];
    }
}
