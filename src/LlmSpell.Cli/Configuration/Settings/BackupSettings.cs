using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[runtime.state_persistence.backup]</c>.</summary>
internal static class BackupSettings
{
    private const long SecondsOfTenYears = 315_360_000;

    public static SettingSection Section { get; } = new(
        "runtime.state_persistence.backup", "Where backups go, how they are made, and how long they stay.");

    public static TextSetting BackupDir { get; } = new(
        Section, "backup_dir", "the path of a folder", "./backups", "./backups",
        "The repository of backups. Relative to this file; without a file, to the working folder.")
    {
        IsPath = true,
    };

    public static BooleanSetting CompressionEnabled { get; } = new(
        Section, "compression_enabled", true, "With false, backups are written as with compression_type = \"none\".");

    public static ChoiceSetting CompressionType { get; } = new(
        Section, "compression_type", ["zstd", "lz4", "none"], [], "zstd",
        "How new backups are compressed. Existing ones are read whatever stands here.");

    public static IntegerSetting CompressionLevel { get; } = new(
        Section, "compression_level", "", 1, 19, 3, "zstd's level: higher is smaller and slower. lz4 has no levels here.");

    public static BooleanSetting IncrementalEnabled { get; } = new(
        Section, "incremental_enabled", true, "With false, a request for an incremental backup makes a full one and says so.");

    public static IntegerSetting FullBackupInterval { get; } = new(
        Section, "full_backup_interval", "seconds", 0, SecondsOfTenYears, 0,
        "A request for an incremental backup makes a full one when the newest full is older than this. 0: age alone never does that.");

    public static IntegerSetting MaxBackups { get; } = new(
        Section, "max_backups", "backups", 0, 1_000_000, 10,
        "After each backup the oldest above this number are removed. 0: any number stays. The newest good one always stays.");

    public static IntegerSetting MaxBackupAge { get; } = new(
        Section, "max_backup_age", "seconds", 0, SecondsOfTenYears, 2_592_000,
        "After each backup those older than this are removed. 0: any age stays. The newest good one always stays.");

    public static BooleanSetting EncryptionEnabled { get; } = new(
        Section, "encryption_enabled", false, "Not built yet: backups are not encrypted.")
    {
        IsBuilt = false,
        Rules =
        [
            new(value => value, "true", Error,
                "not supported yet: backups would lie unencrypted in backup_dir",
                "Set it to false, and keep backup_dir on an encrypted disk, until a later version encrypts them."),
        ],
    };

    public static IReadOnlyList<Setting> All { get; } =
    [
        BackupDir, CompressionEnabled, CompressionType, CompressionLevel, IncrementalEnabled, FullBackupInterval, MaxBackups,
        MaxBackupAge, EncryptionEnabled,
    ];
}
