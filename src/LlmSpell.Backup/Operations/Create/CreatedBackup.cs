namespace LlmSpell.Backup;

/// <summary>A backup that was published. Immutable.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="MergedLayers">How many layers, its own changes included, were merged into one for it; 0 if none were.</param>
internal sealed record CreatedBackup(BackupSummary Backup, int MergedLayers);
