namespace LlmSpell.Cli.Failures;

/// <summary>One row of the table of exit codes in docs/cli.md.</summary>
/// <param name="Number">What the process returns.</param>
/// <param name="Kind">The name that <c>--output json</c> gives in <c>error.kind</c>; null where no error is written.</param>
/// <param name="Meaning">When it is returned.</param>
internal sealed record ExitCode(int Number, string? Kind, string Meaning);
