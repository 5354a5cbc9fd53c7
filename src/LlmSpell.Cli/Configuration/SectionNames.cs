using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration;

/// <summary>
/// Tells a misspelt section of ours from a section of somebody else's. Strict, since a false alarm would refuse a good file:
/// each name may differ by a quarter of its letters, the short ones only in case.
/// </summary>
internal static class SectionNames
{
    private const string Distinctive = "state_persistence";

    /// <returns>The part of the path that is misspelt and the section that was meant, or null.</returns>
    public static (TomlPath Written, SettingSection Meant)? Misspelt(TomlPath table)
    {
        foreach (SettingSection section in SettingTable.Sections.OrderByDescending(section => section.Path.Length))
        {
            if (table.Length < section.Path.Length)
            {
                continue;
            }

            var written = new TomlPath([.. table.Names[..section.Path.Length]]);
            if (!table.StartsWith(section.Path) && IsNear(written, section.Path))
            {
                return (written, section);
            }
        }

        return Misplaced(table);
    }

    // [state_persistence.backup] without its parent: no other program's section has that name.
    private static (TomlPath, SettingSection)? Misplaced(TomlPath table)
    {
        int at = table.Names.IndexOf(Distinctive);
        if (at < 0 || table.StartsWith(StateSettings.Section.Path))
        {
            return null;
        }

        bool isBackup = table.Length > at + 1 && IsNear(table.Names[at + 1], "backup");
        return (table, isBackup ? BackupSettings.Section : StateSettings.Section);
    }

    private static bool IsNear(TomlPath written, TomlPath section)
    {
        for (int index = 0; index < section.Length; index++)
        {
            if (!IsNear(written.Names[index], section.Names[index]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNear(string written, string name) => NearestName.Find(written, [name], name.Length / 4) is not null;
}
