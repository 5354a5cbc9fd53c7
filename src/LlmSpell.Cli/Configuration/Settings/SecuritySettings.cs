using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[runtime.security]</c>.</summary>
internal static class SecuritySettings
{
    public static SettingSection Section { get; } = new("runtime.security", "What scripts may do.");

    public static BooleanSetting AllowFileAccess { get; } = Permission("allow_file_access", "open files");

    public static BooleanSetting AllowProcessSpawn { get; } = Permission("allow_process_spawn", "start processes");

    public static BooleanSetting AllowNetworkAccess { get; } = Permission("allow_network_access", "reach the network through programs they start");

    public static IntegerSetting MaxMemoryBytes { get; } = LuaSettings.Limit(
        Section, "max_memory_bytes", "bytes", "the memory that a script may use", "scripts would have no limit of memory");

    public static IntegerSetting MaxExecutionTimeMs { get; } = LuaSettings.Limit(
        Section, "max_execution_time_ms", "milliseconds", "the time that a script may take", "scripts would have no limit of time");

    public static IReadOnlyList<Setting> All { get; } =
        [AllowFileAccess, AllowProcessSpawn, AllowNetworkAccess, MaxMemoryBytes, MaxExecutionTimeMs];

    private static BooleanSetting Permission(string name, string what) =>
        new(Section, name, true, $"Denying is not built yet: scripts can {what}.")
        {
            IsBuilt = false,
            Rules =
            [
                new(value => !value, "false", Error,
                    $"not supported yet: scripts could {what} all the same",
                    "Set it to true, and run only scripts that you trust, until a later version can deny it."),
            ],
        };
}
