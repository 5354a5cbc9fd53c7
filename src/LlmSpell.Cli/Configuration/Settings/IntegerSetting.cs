using System.Globalization;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <param name="section">Where it stands.</param>
/// <param name="name">Its key.</param>
/// <param name="unit">What is counted, as in <c>bytes</c>.</param>
/// <param name="least">The smallest value, inclusive.</param>
/// <param name="most">The largest value, inclusive.</param>
/// <param name="default">Null where a missing key has a meaning that no number has.</param>
/// <param name="description">What it does.</param>
internal sealed class IntegerSetting(
    SettingSection section, string name, string unit, long least, long most, long? @default, string description)
    : Setting<long>(section, name, description)
{
    public override string Allowed
    {
        get
        {
            string counted = unit.Length == 0 ? "a whole number" : $"a whole number of {unit}";
            string range = most == long.MaxValue
                ? string.Create(CultureInfo.InvariantCulture, $", at least {least}")
                : string.Create(CultureInfo.InvariantCulture, $" from {least} to {most}");
            return counted + range + (WithoutIt is null ? "" : $"; without it {WithoutIt}");
        }
    }

    /// <summary>What leaving the key out means, where that is not the same as writing the default.</summary>
    public string? WithoutIt { get; init; }

    public override string? DefaultSource => @default is { } number ? ToSource(number) : null;

    /// <summary>Shown in the template where leaving the key out means "no limit".</summary>
    public long? Example { get; init; }

    public override string ExampleSource => ToSource(@default ?? Example ?? least);

    public override object? DefaultValue => @default;

    public override string ToSource(object value) => ((long)value).ToString(CultureInfo.InvariantCulture);

    protected override SettingReading Parse(TomlValue value) =>
        value.Content is long number && number >= least && number <= most ? SettingReading.Accepted(number) : Unfit(value);
}
