using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <param name="section">Where it stands.</param>
/// <param name="name">Its key.</param>
/// <param name="choices">The values that work and are recommended.</param>
/// <param name="known">Further names that are understood; each has a rule that says more.</param>
/// <param name="default">One of <paramref name="choices"/>.</param>
/// <param name="description">What it does.</param>
internal sealed class ChoiceSetting(
    SettingSection section, string name, string[] choices, string[] known, string @default, string description)
    : Setting<string>(section, name, description)
{
    public override string Allowed => choices.Length == 1
        ? TomlText.Quote(choices[0])
        : $"{string.Join(", ", choices[..^1].Select(TomlText.Quote))} or {TomlText.Quote(choices[^1])}";

    public override string DefaultSource => ToSource(@default);

    public override string ExampleSource => DefaultSource;

    public override object DefaultValue => @default;

    public override string ToSource(object value) => TomlText.Quote((string)value);

    protected override SettingReading Parse(TomlValue value)
    {
        if (value.Content is not string text)
        {
            return Unfit(value);
        }

        if (choices.Contains(text, StringComparer.Ordinal) || known.Contains(text, StringComparer.Ordinal))
        {
            return SettingReading.Accepted(text);
        }

        string? nearest = NearestName.Suggest(text, choices);
        return SettingReading.Refused(
            $"{Name} = {TomlText.Quote(text)} is unknown",
            nearest is null ? $"Allowed: {Allowed}." : $"Did you mean {TomlText.Quote(nearest)}? Allowed: {Allowed}.");
    }
}
