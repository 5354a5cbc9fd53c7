namespace LlmSpell.Backup;

/// <summary>Which layers of a new backup become one, decided before any of them is read. Immutable.</summary>
/// <param name="Kept">The older layers, which stay as they are, oldest first.</param>
/// <param name="Merged">The newer ones, which one new layer replaces, oldest first; none, or at least two.</param>
internal sealed record MergePlan(IReadOnlyList<ManifestLayer> Kept, IReadOnlyList<ManifestLayer> Merged)
{
    internal bool IsNeeded => Merged.Count > 0;

    /// <summary>Whether the new layer is the whole state. Otherwise it keeps its tombstones, since the older layers may hold their keys.</summary>
    internal bool IsWhole => IsNeeded && Kept.Count == 0;
}
