using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration;

/// <summary>Compares a document with the table of settings: takes our keys, refuses unknown ones, leaves other sections alone.</summary>
internal sealed class ConfigurationReader(
    TomlDocument document, string fileName, SettingValues values, List<ConfigurationProblem> problems)
{
    // Tables about which one problem was reported: their keys would only repeat it.
    private readonly HashSet<TomlPath> _refused = [];

    public void Read()
    {
        foreach (TomlHeader header in document.Headers)
        {
            ReadHeader(header);
        }

        foreach (TomlEntry entry in document.Entries)
        {
            if (!_refused.Any(entry.Path.StartsWith))
            {
                ReadEntry(entry);
            }
        }
    }

    private void ReadHeader(TomlHeader header)
    {
        if (_refused.Any(header.Path.StartsWith))
        {
            return;
        }

        if (header.IsList && SettingTable.Sections.FirstOrDefault(section => section.Path.StartsWith(header.Path)) is { } listed)
        {
            Refuse(header, $"[[{header.Path}]] is a list of tables", $"Write [{listed.Name}].");
        }
        else if (SectionOf(header.Path) is { } section)
        {
            ReadHeaderInside(header, section);
        }
        else
        {
            CheckMisspelt(header.Path, header.Place);
        }
    }

    private void ReadHeaderInside(TomlHeader header, SettingSection section)
    {
        if (header.Path.Equals(section.Path) || CheckMisspelt(header.Path, header.Place))
        {
            return;
        }

        string name = header.Path.Names[section.Path.Length];
        if (Find(section, name) is { } setting)
        {
            Refuse(header, $"{name} is a table", $"Allowed: {setting.Allowed}.");
        }
        else
        {
            Refuse(header, $"unknown table {name} in {section}", HintFor(section, name));
        }
    }

    private void ReadEntry(TomlEntry entry)
    {
        if (SectionOf(entry.Path) is not { } section)
        {
            if (entry.Path.Length == 1)
            {
                CheckOutsideSections(entry);
            }
            else if (!CheckMisspelt(entry.Path.Parent, entry.Place))
            {
                CheckMisplaced(entry);
            }

            return;
        }

        if (entry.Path.Equals(section.Path))
        {
            Report(entry.Value.Place, null, $"{section.Name} is {entry.Value.Describe()}", $"Write it as a section: {section}.");
            return;
        }

        if (CheckMisspelt(entry.Path.Parent, entry.Place))
        {
            return;
        }

        string name = entry.Path.Names[section.Path.Length];
        if (entry.Path.Length > section.Path.Length + 1 || Find(section, name) is not { } setting)
        {
            Report(entry.Place, entry.Path.ToString(), $"unknown key {name} in {section}", HintFor(section, name));
        }
        else
        {
            ReadValue(setting, entry);
        }
    }

    private void ReadValue(Setting setting, TomlEntry entry)
    {
        SettingReading reading = setting.Read(entry.Value);
        if (reading.Value is { } value)
        {
            values.Write(setting, value, entry.Place);
        }

        if (reading.Severity is { } severity)
        {
            problems.Add(new(severity, fileName, entry.Value.Place, setting.FullName, reading.Message!, reading.Hint));
        }
    }

    private bool CheckMisspelt(TomlPath table, TextPlace place)
    {
        if (SectionNames.Misspelt(table) is not { } misspelt)
        {
            return false;
        }

        RefuseMisspelt(misspelt.Written, misspelt.Meant, place);
        return true;
    }

    private void RefuseMisspelt(TomlPath written, SettingSection meant, TextPlace place)
    {
        if (_refused.Add(written))
        {
            Report(place, null, $"unknown section [{written}]", $"Did you mean {meant}?");
        }
    }

    // Only an entry tells, so the header of its section is looked up.
    private void CheckMisplaced(TomlEntry entry)
    {
        TomlPath table = entry.Path.Parent;
        if (MisplacedSettings.MisspeltSection(entry.Path) is { } meant)
        {
            TextPlace? header = document.Headers.FirstOrDefault(header => header.Path.Equals(table))?.Place;
            RefuseMisspelt(table, meant, header ?? entry.Place);
        }
        else if (MisplacedSettings.SectionFor(entry.Path) is { } section)
        {
            Report(
                entry.Place, entry.Path.ToString(), $"{entry.Path.Last} stands in [{table}], where nothing reads it",
                $"Move it under {section}.");
        }
    }

    private void CheckOutsideSections(TomlEntry entry)
    {
        Setting? namesake = SettingTable.Advised.FirstOrDefault(
            setting => setting.Name == entry.Path.Last && setting.Name is not ("enabled" or "path"));
        if (namesake is null)
        {
            return;
        }

        Report(
            entry.Place, entry.Path.ToString(), $"{entry.Path} stands before the first section, where nothing reads it",
            $"Move it under {namesake.Section}.");
    }

    private void Refuse(TomlHeader header, string message, string hint)
    {
        _refused.Add(header.Path);
        Report(header.Place, header.Path.ToString(), message, hint);
    }

    private void Report(TextPlace place, string? key, string message, string hint) =>
        problems.Add(new(ProblemSeverity.Error, fileName, place, key, message, hint));

    private static string HintFor(SettingSection section, string name)
    {
        if (SettingTable.Advised.FirstOrDefault(setting => setting.Name == name && setting.Section != section) is { } elsewhere)
        {
            return $"It belongs in {elsewhere.Section}.";
        }

        string[] names = [.. SettingTable.Advised.Where(setting => setting.Section == section).Select(setting => setting.Name)];
        return NearestName.Suggest(name, names) is { } nearest
            ? $"Did you mean {nearest}?"
            : $"Known keys: {string.Join(", ", names)}.";
    }

    private static Setting? Find(SettingSection section, string name) =>
        SettingTable.In(section).FirstOrDefault(setting => setting.Name == name);

    private static SettingSection? SectionOf(TomlPath path) => SettingTable.Sections
        .Where(section => path.StartsWith(section.Path))
        .MaxBy(section => section.Path.Length);
}
