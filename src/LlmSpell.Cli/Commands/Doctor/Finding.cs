namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>One thing that a check has to say. Immutable.</summary>
/// <param name="Kind">How bad it is.</param>
/// <param name="Message">What was found, and where.</param>
/// <param name="Hint">What to do about it; null where nothing is to be done.</param>
internal sealed record Finding(FindingKind Kind, string Message, string? Hint);
