using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>A setting whose values are <typeparamref name="T"/>. Immutable.</summary>
internal abstract class Setting<T>(SettingSection section, string name, string description) : Setting(section, name, description)
    where T : notnull
{
    /// <summary>The values that get a notice or an error; the first that matches speaks.</summary>
    public IReadOnlyList<ValueRule<T>> Rules { get; init; } = [];

    public override IEnumerable<string> Remarks =>
        Rules.Select(rule => $"{rule.Values}: {(rule.Severity == ProblemSeverity.Error ? "refused" : "notice")}, {rule.Message}");

    public override SettingReading Read(TomlValue value)
    {
        SettingReading reading = Parse(value);
        if (reading.Value is not T parsed)
        {
            return reading;
        }

        ValueRule<T>? rule = Rules.FirstOrDefault(candidate => candidate.Matches(parsed));
        return rule is null
            ? reading
            : reading with { Severity = rule.Severity, Message = $"{Name} = {ToSource(parsed)}: {rule.Message}", Hint = rule.Hint };
    }

    /// <summary>The value, or why it is none of this setting's.</summary>
    protected abstract SettingReading Parse(TomlValue value);

    protected SettingReading Unfit(TomlValue value) =>
        SettingReading.Refused($"{Name} is {value.Describe()}", $"Allowed: {Allowed}.");
}
