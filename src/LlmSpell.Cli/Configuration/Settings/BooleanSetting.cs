using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

internal sealed class BooleanSetting(SettingSection section, string name, bool @default, string description)
    : Setting<bool>(section, name, description)
{
    public override string Allowed => "true or false";

    public override string DefaultSource => ToSource(@default);

    public override string ExampleSource => DefaultSource;

    public override object DefaultValue => @default;

    public override string ToSource(object value) => (bool)value ? "true" : "false";

    protected override SettingReading Parse(TomlValue value) =>
        value.Content is bool flag ? SettingReading.Accepted(flag) : Unfit(value);
}
