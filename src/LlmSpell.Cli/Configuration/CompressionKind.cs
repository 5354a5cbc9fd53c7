namespace LlmSpell.Cli.Configuration;

internal enum CompressionKind
{
    None,
    Zstd,
    Lz4,
}
