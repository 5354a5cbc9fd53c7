namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>A place that opens a table: <c>[a.b]</c>, <c>[[a.b]]</c>, or an inline table.</summary>
internal sealed record TomlHeader(TomlPath Path, TextPlace Place, bool IsList);
