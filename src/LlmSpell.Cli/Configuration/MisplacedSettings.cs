using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration;

/// <summary>
/// Tells a setting of ours in a section that nothing reads, where a protection would be believed in and not be there, from a setting of
/// somebody else's section that only has the same name.
/// </summary>
internal static class MisplacedSettings
{
    private const int MaxEditsOfSection = 2;

    // Names that sections of other programs have too. They are ours only in a section that is called like ours.
    private static readonly HashSet<string> CommonNames =
    [
        "enabled", "path", "backend_type", "memory_limit", "max_memory_bytes", "cache_size_mb", "flush_interval_ms", "durability",
        "backup_enabled", "migration_enabled", "schema_version", "schema_directory", "encryption_enabled",
        "compression_enabled", "compression_type", "compression_level", "max_backups", "max_total_size",
    ];

    // So common that they say nothing even there: [lua] path, [tools.security] enabled.
    private static readonly HashSet<string> NamesWithoutMeaning = ["enabled", "path"];

    /// <summary>The section whose name was misspelt more than <see cref="SectionNames"/> takes for a slip: what stands in it decides.</summary>
    public static SettingSection? MisspeltSection(TomlPath entry)
    {
        TomlPath table = entry.Parent;
        return SettingTable.Sections.FirstOrDefault(
            section => table.Length == section.Path.Length
                && Enumerable.Range(0, table.Length).All(level => IsNear(table.Names[level], section.Path.Names[level], MaxEditsOfSection))
                && SettingTable.In(section).Any(setting => IsNear(entry.Last, setting.Name, setting.Name.Length / 4)));
    }

    /// <summary>The section that a setting belongs in, for a setting outside of ours that cannot be another program's; else null.</summary>
    public static SettingSection? SectionFor(TomlPath entry) => SettingTable.Advised.FirstOrDefault(
        setting => setting.Name == entry.Last
            && (!CommonNames.Contains(setting.Name)
                || (!NamesWithoutMeaning.Contains(setting.Name) && IsCalledLike(entry.Parent, setting.Section))))?.Section;

    // [security] and [tools.security] for [runtime.security].
    private static bool IsCalledLike(TomlPath table, SettingSection section)
    {
        string name = section.Path.Last;
        return IsNear(table.Last, name, name.Length / 4);
    }

    private static bool IsNear(string written, string name, int maxEdits) => NearestName.Find(written, [name], maxEdits) is not null;
}
