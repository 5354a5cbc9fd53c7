namespace LlmSpell.Backup;

/// <summary>What a repository takes. Immutable.</summary>
/// <param name="TotalBackups">How many backups there are, safety backups included.</param>
/// <param name="FullBackups">How many of them are full.</param>
/// <param name="IncrementalBackups">How many are incremental.</param>
/// <param name="TotalSize">The bytes of all files of the repository, each once.</param>
public sealed record StorageUsage(int TotalBackups, int FullBackups, int IncrementalBackups, long TotalSize);
