namespace LlmSpell.Cli.Configuration;

/// <summary>The section <c>[runtime.state_persistence.backup]</c>, typed.</summary>
/// <param name="Enabled"><c>backup_enabled</c> of the section above.</param>
/// <param name="Folder">The repository, absolute.</param>
/// <param name="Compression">For new backups.</param>
/// <param name="CompressionLevel">zstd's level, 1–19.</param>
/// <param name="IncrementalEnabled">Whether an incremental request may make an incremental backup.</param>
/// <param name="FullBackupInterval">An incremental request becomes full when the newest full is older; null for never.</param>
/// <param name="MaxBackups">Null for no limit.</param>
/// <param name="MaxBackupAge">Null for no limit.</param>
internal sealed record BackupConfiguration(
    bool Enabled,
    string Folder,
    CompressionKind Compression,
    int CompressionLevel,
    bool IncrementalEnabled,
    TimeSpan? FullBackupInterval,
    int? MaxBackups,
    TimeSpan? MaxBackupAge);
