using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[runtime.state_persistence.backup]</c>.</summary>
internal static class BackupSettings
{
    private const long SecondsOfTenYears = 315_360_000;
    private const long MaxKept = 1_000_000;

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
        Section, "compression_type", ["zstd", "lz4", "none"], ["gzip"], "zstd",
        "How new backups are compressed. Existing ones are read whatever stands here.")
    {
        // It stands in profiles of rs-llmspell, which compresses with zstd then.
        Rules =
        [
            new(name => name == "gzip", "\"gzip\"", Notice, "zstd is used", "Write \"zstd\" to say the same without this notice."),
        ],
    };

    public static IntegerSetting CompressionLevel { get; } = new(
        Section, "compression_level", "", 1, 19, 3, "zstd's level: higher is smaller and slower. lz4 has no levels here.");

    public static BooleanSetting IncrementalEnabled { get; } = new(
        Section, "incremental_enabled", true, "With false, a request for an incremental backup makes a full one and says so.");

    public static IntegerSetting FullBackupInterval { get; } = new(
        Section, "full_backup_interval", "seconds", 0, SecondsOfTenYears, 0,
        "A request for an incremental backup makes a full one when the newest full is older than this, or was removed. Until then the newest full stays beyond max_backups and the keep rules. 0: age alone never does that.");

    public static IntegerSetting MaxBackups { get; } = new(
        Section, "max_backups", "backups", 0, MaxKept, 10,
        "After each backup the oldest above this number are removed, unless a keep rule keeps them. 0: no such limit, and that is the default where a keep rule is set. The newest good one always stays.");

    public static IntegerSetting MaxBackupAge { get; } = new(
        Section, "max_backup_age", "seconds", 0, SecondsOfTenYears, 2_592_000,
        "After each backup those older than this are removed, unless a keep rule keeps them. 0: no such limit, and that is the default where a keep rule is set. The newest good one always stays.");

    public static IntegerSetting MaxTotalSize { get; } = new(
        Section, "max_total_size", "bytes", 0, long.MaxValue, 0,
        "After each backup the oldest are removed until the rest takes no more than this, unless a keep rule keeps them. 0: no such limit. The newest good one always stays.");

    public static IntegerSetting KeepLast { get; } = Keep(
        "keep_last", "backups", 3,
        "Keeps the newest so many backups. Once a keep rule is set and no max_ rule is, what no keep rule keeps is removed after each backup. 0 keeps none.");

    public static IntegerSetting KeepHourly { get; } = Keep(
        "keep_hourly", "hours", 24, "Keeps the newest backup of each of the last so many hours that have one. Hours, days and all other periods are of UTC. 0 keeps none.");

    public static IntegerSetting KeepDaily { get; } = Keep(
        "keep_daily", "days", 7, "Keeps the newest backup of each of the last so many days that have one. 0 keeps none.");

    public static IntegerSetting KeepWeekly { get; } = Keep(
        "keep_weekly", "weeks", 4, "Keeps the newest backup of each of the last so many weeks, Monday to Sunday, that have one. 0 keeps none.");

    public static IntegerSetting KeepMonthly { get; } = Keep(
        "keep_monthly", "months", 12, "Keeps the newest backup of each of the last so many months that have one. 0 keeps none.");

    public static IntegerSetting KeepYearly { get; } = Keep(
        "keep_yearly", "years", 10, "Keeps the newest backup of each of the last so many years that have one. 0 keeps none.");

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

    /// <summary>The keep rules.</summary>
    public static IReadOnlyList<IntegerSetting> KeepRules { get; } = [KeepLast, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly];

    public static IReadOnlyList<Setting> All { get; } =
    [
        BackupDir, CompressionEnabled, CompressionType, CompressionLevel, IncrementalEnabled, FullBackupInterval, MaxBackups,
        MaxBackupAge, MaxTotalSize, .. KeepRules, EncryptionEnabled,
    ];

    private static IntegerSetting Keep(string name, string unit, int example, string description) => new(
        Section, name, unit, 0, MaxKept, null, description)
    {
        WithoutIt = "no such rule",
        Example = example,
    };
}
