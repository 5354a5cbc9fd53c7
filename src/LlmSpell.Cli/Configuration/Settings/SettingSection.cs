using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>A table of the file that is ours: every key in it is known, or a mistake.</summary>
internal sealed class SettingSection(string name, string description)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    public TomlPath Path { get; } = TomlPath.Parse(name);

    public override string ToString() => $"[{Name}]";
}
