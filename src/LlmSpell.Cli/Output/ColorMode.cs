namespace LlmSpell.Cli.Output;

internal enum ColorMode
{
    Auto,
    Always,
    Never,
}
