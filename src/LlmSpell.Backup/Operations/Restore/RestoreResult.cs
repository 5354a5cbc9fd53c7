namespace LlmSpell.Backup;

/// <summary>A restore that was done. Immutable.</summary>
/// <param name="Backup">What was restored.</param>
/// <param name="SafetyBackup">The backup taken of the state that it replaced; null if that store was new and empty.</param>
/// <param name="ReplacedEntries">How many entries the state had before.</param>
public sealed record RestoreResult(BackupSummary Backup, BackupSummary? SafetyBackup, long ReplacedEntries);
