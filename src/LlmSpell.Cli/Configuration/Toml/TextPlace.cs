using System.Globalization;

namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>A place in a configuration file, counted from 1 as editors do.</summary>
internal readonly record struct TextPlace(int Line, int Column)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}");
}
