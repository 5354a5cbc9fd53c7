namespace LlmSpell.Cli.Output;

/// <summary>How a command line wants to be answered.</summary>
internal sealed record OutputSettings(OutputFormat Format, ColorMode Color = ColorMode.Auto, Verbosity Verbosity = Verbosity.Normal)
{
    /// <summary>How hints name commands.</summary>
    public AdvisedCommands Commands { get; init; } = AdvisedCommands.AsTheyStand;
}
