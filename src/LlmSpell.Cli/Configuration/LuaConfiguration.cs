using LlmSpell.Lua;

namespace LlmSpell.Cli.Configuration;

/// <summary>The sections <c>[engines.lua]</c> and <c>[runtime.security]</c>, typed: what scripts may do and use.</summary>
/// <param name="Libraries">Which of Lua's libraries they have.</param>
/// <param name="Sandbox">Whether they are not trusted.</param>
/// <param name="ModulePath">Where require looks after the script's folder, absolute patterns; null for Lua's default alone.</param>
/// <param name="AllowFileAccess">Whether they may open files.</param>
/// <param name="AllowProcesses">Whether they may start processes.</param>
/// <param name="Limits">What they may use up.</param>
internal sealed record LuaConfiguration(
    LuaLibraries Libraries,
    bool Sandbox,
    string? ModulePath,
    bool AllowFileAccess,
    bool AllowProcesses,
    ScriptLimits Limits);
