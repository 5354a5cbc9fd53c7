using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>A text, mostly a path. Paths stay as written here; the loader makes them absolute.</summary>
internal sealed class TextSetting(SettingSection section, string name, string allowed, string? @default, string example, string description)
    : Setting<string>(section, name, description)
{
    /// <summary>Whether the text is a path, to be taken relative to the file that it stands in.</summary>
    public bool IsPath { get; init; }

    public override string Allowed => allowed;

    public override string? DefaultSource => @default is null ? null : ToSource(@default);

    public override string ExampleSource => ToSource(@default ?? example);

    public override object? DefaultValue => @default;

    public override string ToSource(object value) => TomlText.Quote((string)value);

    protected override SettingReading Parse(TomlValue value) =>
        value.Content is string { Length: > 0 } text && !text.Contains('\0') ? SettingReading.Accepted(text) : Unfit(value);
}
