namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>All settings, in the order in which people should read them.</summary>
internal static class SettingTable
{
    public static IReadOnlyList<SettingSection> Sections { get; } =
        [StateSettings.Section, BackupSettings.Section, LuaSettings.Section, SecuritySettings.Section];

    public static IReadOnlyList<Setting> All { get; } =
        [.. StateSettings.All, .. BackupSettings.All, .. LuaSettings.All, .. SecuritySettings.All];

    /// <summary>Those that one would write.</summary>
    public static IEnumerable<Setting> Advised => All.Where(setting => !setting.IsForeign);

    public static IEnumerable<Setting> In(SettingSection section) => All.Where(setting => setting.Section == section);
}
