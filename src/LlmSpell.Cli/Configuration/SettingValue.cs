using LlmSpell.Cli.Configuration.Settings;

namespace LlmSpell.Cli.Configuration;

/// <summary>One setting as it applies.</summary>
/// <param name="Setting">Its row of the table.</param>
/// <param name="Value">A bool, long or string; paths are absolute; null where the setting is left out and that has its own meaning.</param>
/// <param name="Origin">File, line and column; null for the default.</param>
internal sealed record SettingValue(Setting Setting, object? Value, string? Origin);
