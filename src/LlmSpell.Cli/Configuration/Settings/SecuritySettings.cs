using LlmSpell.Lua;
using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[runtime.security]</c>.</summary>
internal static class SecuritySettings
{
    /// <summary>Ten years.</summary>
    public const long LongestTimeMs = 10L * 366 * 86_400_000;

    public static SettingSection Section { get; } = new("runtime.security", "What scripts may do.");

    public static BooleanSetting AllowFileAccess { get; } = new(
        Section, "allow_file_access", true,
        "With false, io and os open, rename and remove no files, and C modules are not loaded. Standard input and output stay, and so do the Lua modules that require finds.");

    public static BooleanSetting AllowProcessSpawn { get; } = new(
        Section, "allow_process_spawn", true,
        "With false, os.execute and io.popen start nothing, and C modules are not loaded.");

    /// <summary>Lua has no network of its own: a script gets there by programs and C modules only.</summary>
    public static BooleanSetting AllowNetworkAccess { get; } = new(
        Section, "allow_network_access", true,
        "Scripts reach the network only through programs that they start. So false is an error unless those are off too, and adds nothing.");

    public static IntegerSetting MaxMemoryBytes { get; } = new(
        Section, "max_memory_bytes", "bytes", 0, long.MaxValue, 0,
        "The memory that a script may hold, at least 1 MiB. 0: no limit. Exit code 125.")
    {
        Rules = [TooLittleMemory],
    };

    public static IntegerSetting MaxExecutionTimeMs { get; } = new(
        Section, "max_execution_time_ms", "milliseconds", 0, LongestTimeMs, 0,
        "The time that a script may take, waits included. 0: no limit. Exit code 124.");

    public static IReadOnlyList<Setting> All { get; } =
        [AllowFileAccess, AllowProcessSpawn, AllowNetworkAccess, MaxMemoryBytes, MaxExecutionTimeMs];

    public static ValueRule<long> TooLittleMemory => new(
        bytes => bytes is > 0 and < LuaHostOptions.MinMemoryLimit, "1 to 1048575", Error,
        "that is too little for Lua itself", "Write at least 1048576 (1 MiB), or 0 for no limit.");
}
