namespace LlmSpell.Cli.Configuration;

/// <summary>What one run of a script may use up; null: no limit. Immutable.</summary>
/// <param name="Time">Real time, waits included.</param>
/// <param name="MemoryBytes">What Lua may hold.</param>
/// <param name="Instructions">Of Lua's virtual machine.</param>
internal sealed record ScriptLimits(TimeSpan? Time, long? MemoryBytes, long? Instructions);
