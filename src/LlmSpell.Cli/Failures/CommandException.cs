namespace LlmSpell.Cli.Failures;

/// <summary>A command cannot do what it was asked for, for a reason that only the command line knows.</summary>
internal sealed class CommandException(ExitCode code, string message, string? hint = null) : Exception(message)
{
    public ExitCode Code { get; } = code;

    public string? Hint { get; } = hint;

    /// <summary>Lines for people below the message, which JSON leaves out.</summary>
    public string? Details { get; init; }
}
