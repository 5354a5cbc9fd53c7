namespace LlmSpell.Cli.Output;

internal enum OutputFormat
{
    Text,
    Json,
}
