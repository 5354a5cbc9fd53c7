using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>
/// One row of the table of settings: reading, checking, <c>config show</c>, <c>config init</c> and the reference in
/// docs/configuration.md are all made from it.
/// </summary>
internal abstract class Setting(SettingSection section, string name, string description)
{
    public SettingSection Section { get; } = section;

    public string Name { get; } = name;

    /// <summary>Section and name: <c>runtime.state_persistence.enabled</c>.</summary>
    public string FullName => $"{Section.Name}.{Name}";

    /// <summary>What it does, in plain words.</summary>
    public string Description { get; } = description;

    /// <summary>False for a name that stands in existing files and does nothing yet.</summary>
    public bool IsBuilt { get; init; } = true;

    /// <summary>True for a name of rs-llmspell whose meaning has another one here: it is read where it stands, and nobody is advised to write it.</summary>
    public bool IsForeign { get; init; }

    /// <summary>What it takes, as in <c>a whole number from 1 to 19</c>.</summary>
    public abstract string Allowed { get; }

    /// <summary>The default as TOML; null where leaving the key out has a meaning that no value has.</summary>
    public abstract string? DefaultSource { get; }

    /// <summary>A value to show in a template where there is no default.</summary>
    public abstract string ExampleSource { get; }

    /// <summary>The values that are known and yet get a notice or an error, each with its reason.</summary>
    public abstract IEnumerable<string> Remarks { get; }

    public abstract object? DefaultValue { get; }

    public abstract SettingReading Read(TomlValue value);

    /// <summary>A value of this setting as TOML.</summary>
    public abstract string ToSource(object value);
}
