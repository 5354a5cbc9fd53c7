using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[engines.lua]</c>.</summary>
internal static class LuaSettings
{
    public static SettingSection Section { get; } = new("engines.lua", "The Lua host.");

    public static ChoiceSetting StdlibLevel { get; } = new(
        Section, "stdlib_level", ["full", "basic", "none"], [], "full",
        "Which of Lua's libraries scripts have: full is all of them; basic leaves out io's files, processes, debug, bytecode and C modules; none leaves only the core functions and print.");

    public static BooleanSetting SandboxMode { get; } = new(
        Section, "sandbox_mode", false,
        "For scripts that you do not trust, as run --sandbox: no files, no processes, no bytecode, no debug library, and at most 256 MiB of memory where no limit is set. State and the backup calls stay.");

    public static IntegerSetting MemoryLimit { get; } = new(
        Section, "memory_limit", "bytes", 0, long.MaxValue, 0,
        "The memory that a script may hold, at least 1 MiB. 0: no limit. Where max_memory_bytes is set too, the smaller one counts.")
    {
        Rules = [SecuritySettings.TooLittleMemory],
    };

    public static IntegerSetting MaxInstructions { get; } = new(
        Section, "max_instructions", "instructions", 0, long.MaxValue, 0,
        "The instructions of Lua's virtual machine that one run may take. 0: no limit. Counting makes plain Lua code two to three times slower.");

    public static TextSetting Path { get; } = new(
        Section, "path", "patterns as in Lua's package.path, separated by semicolons", null, "./lua/?.lua",
        "Where require looks after the script's folder and before Lua's default places. Relative patterns are relative to this file; without a file, to the working folder.");

    public static ChoiceSetting Stdlib { get; } = new(
        Section, "stdlib", ["All", "Standard", "Basic", "None"], ["all", "full", "standard", "basic", "none"], "All",
        "rs-llmspell's name of stdlib_level: All and Standard are full. Where both are set, the one that leaves out more counts.")
    {
        IsForeign = true,
    };

    public static IntegerSetting MaxMemoryBytes { get; } = new(
        Section, "max_memory_bytes", "bytes", 0, long.MaxValue, 0,
        "rs-llmspell's name of memory_limit. 0: no limit. Of the limits that are set the smallest counts.")
    {
        IsForeign = true,
        Rules = [SecuritySettings.TooLittleMemory],
    };

    public static IntegerSetting TimeoutMs { get; } = new(
        Section, "timeout_ms", "milliseconds", 0, SecuritySettings.LongestTimeMs, 0,
        "rs-llmspell's name of max_execution_time_ms in [runtime.security]. 0: no limit. Where both are set, the smaller one counts.")
    {
        IsForeign = true,
    };

    public static ChoiceSetting SecurityLevel { get; } = new(
        Section, "security_level", ["Unrestricted", "Privileged", "Safe"], [], "Unrestricted",
        "rs-llmspell's way to say what scripts may do: Safe is sandbox_mode = true, the others leave it to [runtime.security].")
    {
        IsForeign = true,
        Rules =
        [
            new(level => level == "Safe", "\"Safe\"", Notice,
                "scripts run as with sandbox_mode = true, without files and processes", "Write sandbox_mode = true to say the same, or remove the key for scripts that you trust."),
        ],
    };

    public static BooleanSetting EnableDebug { get; } = new(
        Section, "enable_debug", false, "Of rs-llmspell, without effect: Lua's debug library comes with stdlib_level = \"full\".")
    {
        IsForeign = true,
        Rules =
        [
            new(value => value, "true", Notice, "it has no effect: Lua's debug library comes with stdlib_level = \"full\"", "Remove the key."),
        ],
    };

    public static IReadOnlyList<Setting> All { get; } =
        [StdlibLevel, SandboxMode, MemoryLimit, MaxInstructions, Path, Stdlib, MaxMemoryBytes, TimeoutMs, SecurityLevel, EnableDebug];
}
