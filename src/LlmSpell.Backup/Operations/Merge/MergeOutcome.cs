namespace LlmSpell.Backup;

/// <summary>What became of a merge: the layers of the new backup, or why there are none. Immutable.</summary>
/// <param name="Layers">All layers of the backup, oldest first.</param>
/// <param name="Written">The layer that was written; null if none was needed.</param>
/// <param name="MergedLayers">How many layers it replaces.</param>
/// <param name="Problem">Why nothing could be merged, as the rest of a sentence; null if all is well.</param>
internal sealed record MergeOutcome(IReadOnlyList<ManifestLayer> Layers, ManifestLayer? Written, int MergedLayers, string? Problem)
{
    private const int LongestProblem = 1_000;

    internal static MergeOutcome Of(IReadOnlyList<ManifestLayer> layers, ManifestLayer? written = null, int mergedLayers = 0) =>
        new(layers, written, mergedLayers, null);

    internal static MergeOutcome Failed(string problem) =>
        new([], null, 0, problem.Length <= LongestProblem ? problem : problem[..LongestProblem] + "…");
}
