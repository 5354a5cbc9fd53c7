namespace LlmSpell.Cli.Configuration.Toml;

internal enum TomlValueKind
{
    Text,
    Integer,
    Float,
    Boolean,
    DateTime,
    Array,
    Table,
}
