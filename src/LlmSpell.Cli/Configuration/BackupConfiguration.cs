namespace LlmSpell.Cli.Configuration;

/// <summary>The section <c>[runtime.state_persistence.backup]</c>, typed.</summary>
/// <param name="Enabled"><c>backup_enabled</c> of the section above.</param>
/// <param name="Folder">The repository, absolute.</param>
/// <param name="Compression">For new backups.</param>
/// <param name="CompressionLevel">zstd's level, 1–19.</param>
/// <param name="IncrementalEnabled">Whether an incremental request may make an incremental backup.</param>
/// <param name="FullBackupInterval">An incremental request becomes full when the newest full is older or was removed; null for never.</param>
/// <param name="MaxBackups">Null for no limit.</param>
/// <param name="MaxBackupAge">Null for no limit.</param>
/// <param name="MaxTotalSize">In bytes; null for no limit.</param>
/// <param name="Keep">The keep rules.</param>
internal sealed record BackupConfiguration(
    bool Enabled,
    string Folder,
    CompressionKind Compression,
    int CompressionLevel,
    bool IncrementalEnabled,
    TimeSpan? FullBackupInterval,
    int? MaxBackups,
    TimeSpan? MaxBackupAge,
    long? MaxTotalSize,
    KeepConfiguration Keep);

/// <summary>The keep rules: how many backups, or periods with one, each keeps. Null where a rule is not set, 0 where it keeps none.</summary>
internal sealed record KeepConfiguration(int? Last, int? Hourly, int? Daily, int? Weekly, int? Monthly, int? Yearly)
{
    /// <summary>Whether a rule that needs a clock keeps anything.</summary>
    public bool HasPeriods => Hourly > 0 || Daily > 0 || Weekly > 0 || Monthly > 0 || Yearly > 0;
}
