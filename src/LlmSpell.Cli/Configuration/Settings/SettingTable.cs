namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>All settings, in the order in which people should read them.</summary>
internal static class SettingTable
{
    public static IReadOnlyList<SettingSection> Sections { get; } =
        [StateSettings.Section, BackupSettings.Section, LuaSettings.Section, SecuritySettings.Section];

    public static IReadOnlyList<Setting> All { get; } =
        [.. StateSettings.All, .. BackupSettings.All, .. LuaSettings.All, .. SecuritySettings.All];

    public static IEnumerable<Setting> In(SettingSection section) => All.Where(setting => setting.Section == section);
}
