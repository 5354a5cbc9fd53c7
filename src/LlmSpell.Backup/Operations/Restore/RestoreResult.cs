namespace LlmSpell.Backup;

/// <summary>A restore that was done. Immutable.</summary>
/// <param name="Backup">What was restored.</param>
/// <param name="SafetyBackup">The backup taken of the state before; null if there was nothing to lose, nothing changed, or none was wanted.</param>
/// <param name="ReplacedEntries">How many entries the state had before.</param>
public sealed record RestoreResult(BackupSummary Backup, BackupSummary? SafetyBackup, long ReplacedEntries)
{
    /// <summary>What a restore of selected entries changed; null for a whole one.</summary>
    public DifferenceSummary? Changes { get; init; }
}
