namespace LlmSpell.Backup;

/// <summary>What became of a merge: the layers of the new backup, or why there are none. Immutable.</summary>
/// <param name="Layers">All layers of the backup, oldest first.</param>
/// <param name="Written">The layer that was written; null if none was needed.</param>
/// <param name="Problem">Why nothing could be merged, as the rest of a sentence; null if all is well.</param>
internal sealed record MergeOutcome(IReadOnlyList<ManifestLayer> Layers, ManifestLayer? Written, string? Problem)
{
    private const int LongestProblem = 1_000;

    internal static MergeOutcome Of(IReadOnlyList<ManifestLayer> layers, ManifestLayer? written = null) => new(layers, written, null);

    internal static MergeOutcome Failed(string problem) =>
        new([], null, problem.Length <= LongestProblem ? problem : problem[..LongestProblem] + "…");
}
