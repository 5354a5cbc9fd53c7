using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[runtime.state_persistence]</c>.</summary>
internal static class StateSettings
{
    private const string Later = "Set backend_type = \"sqlite\" for now; backups of it restore into any other backend later.";

    public static SettingSection Section { get; } = new(
        "runtime.state_persistence", "Where scripts keep their state, and how safely.");

    public static BooleanSetting Enabled { get; } = new(
        Section, "enabled", true,
        "With false, State keeps its values in memory until the run ends, and the backup calls answer with an error.")
    {
        Rules =
        [
            new(value => !value, "false", Notice, "nothing is kept when the run ends", "Set it to true for a state that stays."),
        ],
    };

    public static ChoiceSetting BackendType { get; } = new(
        Section, "backend_type", ["sqlite", "rocksdb", "memory"], ["sled", "postgres"], "sqlite",
        "The database under the state: sqlite is embedded and several processes can use it at once; rocksdb is embedded and fast, for one process at a time; " +
        "memory forgets everything when the run ends, but for the backups that it made.")
    {
        Rules =
        [
            new(name => name == "sled", "\"sled\"", Notice,
                "the embedded default, sqlite, is used", "Write \"sqlite\" to say the same without this notice."),
            new(name => name == "postgres", "\"postgres\"", Error, "not supported yet: the PostgreSQL backend comes in a later version", Later),
            new(name => name == "memory", "\"memory\"", Notice,
                "nothing is kept when the run ends", "Set backend_type = \"sqlite\" for a state that stays."),
        ],
    };

    public static TextSetting Path { get; } = new(
        Section, "path", "the path of a folder", ".llmspell", ".llmspell",
        "The folder of the state. Relative to this file; without a file, to the working folder.")
    {
        IsPath = true,
    };

    public static IntegerSetting MaxStateSizeBytes { get; } = new(
        Section, "max_state_size_bytes", "bytes", 1, 64L << 20, 16L << 20,
        "The largest single value, as stored. Larger ones are refused and nothing is saved.");

    public static IntegerSetting BusyTimeoutMs { get; } = new(
        Section, "busy_timeout_ms", "milliseconds", 0, 86_400_000, 30_000,
        "How long to wait for another process that writes, before the busy error.");

    public static IntegerSetting FlushIntervalMs { get; } = new(
        Section, "flush_interval_ms", "milliseconds", 1, 3_600_000, 1_000,
        "A write survives power loss after at most this time. It survives the death of the process at once.");

    public static ChoiceSetting Durability { get; } = new(
        Section, "durability", ["normal", "strict"], [], "normal",
        "strict flushes at each commit, so that a write that returned survives power loss too; each one then costs a flush of the disk.");

    public static IntegerSetting CacheSizeMb { get; } = new(
        Section, "cache_size_mb", "MiB", 1, 1L << 20, 64,
        "The size of RocksDB's cache of data blocks, in MiB; other backends do not use it.");

    public static BooleanSetting BackupEnabled { get; } = new(
        Section, "backup_enabled", true,
        "With false, backup calls and commands answer with an error; existing backups stay as they are.");

    public static BooleanSetting MigrationEnabled { get; } = new(
        Section, "migration_enabled", false, "Not built yet: schema migrations.")
    {
        IsBuilt = false,
        Rules =
        [
            new(value => value, "true", Notice,
                "schema migrations are not built yet, nothing is migrated", "Remove the key, or leave it for a later version."),
        ],
    };

    public static BooleanSetting BackupOnMigration { get; } = new(
        Section, "backup_on_migration", false, "Not built yet: a backup before each schema migration.")
    {
        IsBuilt = false,
        Rules =
        [
            new(value => value, "true", Notice,
                "schema migrations are not built yet, so none is preceded by a backup", "Remove the key, or leave it for a later version."),
        ],
    };

    public static IntegerSetting SchemaVersion { get; } = new(
        Section, "schema_version", "", 0, int.MaxValue, null, "Not built yet: the version of the scripts' own schema.")
    {
        IsBuilt = false,
        Example = 1,
        WithoutIt = "no version",
        Rules =
        [
            new(_ => true, "any value", Notice,
                "schema migrations are not built yet, the number has no effect", "Remove the key, or leave it for a later version."),
        ],
    };

    public static TextSetting SchemaDirectory { get; } = new(
        Section, "schema_directory", "the path of a folder", null, "./schemas", "Not built yet: the folder of schemas.")
    {
        IsBuilt = false,
        Rules =
        [
            new(_ => true, "any value", Notice,
                "schemas are not built yet, the folder is not read", "Remove the key, or leave it for a later version."),
        ],
    };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Enabled, BackendType, Path, MaxStateSizeBytes, BusyTimeoutMs, FlushIntervalMs, Durability, CacheSizeMb, BackupEnabled,
        MigrationEnabled, BackupOnMigration, SchemaVersion, SchemaDirectory,
    ];
}
