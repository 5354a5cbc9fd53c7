namespace LlmSpell.Backup;

/// <summary>A backup that was made, proved and published. Immutable.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Cleanup">What the cleanup after it did; null if it was not run or failed.</param>
/// <param name="Warnings">What went wrong after the backup was published, such as a failed cleanup; the backup is good all the same.</param>
public sealed record CreateResult(BackupSummary Backup, CleanupReport? Cleanup, IReadOnlyList<string> Warnings)
{
    /// <summary>How many layers, its own changes included, were merged into one to make it; 0 if none were.</summary>
    public int MergedLayers { get; init; }
}
