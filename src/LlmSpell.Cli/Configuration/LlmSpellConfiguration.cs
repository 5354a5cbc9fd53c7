using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Configuration;

/// <summary>A configuration without errors. Immutable.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="State">The state and its database.</param>
/// <param name="Backup">The backups.</param>
/// <param name="Lua">What scripts may do and use.</param>
/// <param name="Values">Every setting with its value and origin, in the order of the table.</param>
/// <param name="Notices">What does less, or other, than it seems to.</param>
internal sealed record LlmSpellConfiguration(
    ConfigurationSource Source,
    StateConfiguration State,
    BackupConfiguration Backup,
    LuaConfiguration Lua,
    IReadOnlyList<SettingValue> Values,
    IReadOnlyList<ConfigurationProblem> Notices);
