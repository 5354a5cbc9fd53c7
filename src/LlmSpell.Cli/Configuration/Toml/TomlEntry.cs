namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>One key with its whole path, whether the file wrote it under a header, dotted or in an inline table.</summary>
internal sealed record TomlEntry(TomlPath Path, TextPlace Place, TomlValue Value);
