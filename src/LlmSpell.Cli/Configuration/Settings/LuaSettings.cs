using static LlmSpell.Cli.Configuration.Problems.ProblemSeverity;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>The rows of <c>[engines.lua]</c>.</summary>
internal static class LuaSettings
{
    public static SettingSection Section { get; } = new("engines.lua", "The Lua host.");

    public static ChoiceSetting StdlibLevel { get; } = new(
        Section, "stdlib_level", ["full"], ["basic", "none"], "full", "Narrowing is not built yet: scripts have Lua's whole standard library.")
    {
        IsBuilt = false,
        Rules =
        [
            new(level => level is "basic" or "none", "\"basic\", \"none\"", Error,
                "not supported yet: scripts would have the whole standard library",
                "Set stdlib_level = \"full\", and run only scripts that you trust, until a later version can narrow it."),
        ],
    };

    public static BooleanSetting SandboxMode { get; } = new(
        Section, "sandbox_mode", false, "Not built yet: the sandbox for scripts that one does not trust.")
    {
        IsBuilt = false,
        Rules =
        [
            new(value => value, "true", Error,
                "not supported yet: scripts would run without a sandbox",
                "Set it to false, and run only scripts that you trust, until a later version has the sandbox."),
        ],
    };

    public static IntegerSetting MemoryLimit { get; } = Limit(
        Section, "memory_limit", "bytes", "the memory that a script may use", "scripts would have no limit of memory");

    public static IntegerSetting MaxInstructions { get; } = Limit(
        Section, "max_instructions", "instructions", "the instructions that a script may run", "scripts would have no limit of instructions");

    public static TextSetting Path { get; } = new(
        Section, "path", "patterns as in Lua's package.path", null, "./lua/?.lua",
        "Not built yet: further places where require looks.")
    {
        IsBuilt = false,
        Rules =
        [
            new(_ => true, "any value", Notice,
                "not built yet, require looks beside the script and then in Lua's default path", "Extend package.path in the script, or leave the key for a later version."),
        ],
    };

    public static IReadOnlyList<Setting> All { get; } = [StdlibLevel, SandboxMode, MemoryLimit, MaxInstructions, Path];

    /// <summary>A limit that is not enforced yet: 0 says that there is none, which is true; any other number would be a lie.</summary>
    public static IntegerSetting Limit(SettingSection section, string name, string unit, string what, string consequence) =>
        new(section, name, unit, 0, long.MaxValue, 0, $"Not built yet: {what}. 0 means no limit.")
        {
            IsBuilt = false,
            Rules =
            [
                new(value => value > 0, "above 0", Error, $"not supported yet: {consequence}",
                    "Set it to 0, or remove the key, until a later version enforces it."),
            ],
        };
}
