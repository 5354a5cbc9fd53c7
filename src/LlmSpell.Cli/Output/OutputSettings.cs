namespace LlmSpell.Cli.Output;

/// <summary>How a command line wants to be answered.</summary>
internal sealed record OutputSettings(OutputFormat Format, ColorMode Color = ColorMode.Auto, Verbosity Verbosity = Verbosity.Normal);
