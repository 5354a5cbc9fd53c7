using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>What one check found. Immutable.</summary>
/// <param name="Name">The check's name, a contract like the fields of the JSON.</param>
/// <param name="Status">The worst of its findings.</param>
/// <param name="Summary">What was looked at, as a clause for people.</param>
/// <param name="Findings">In the order in which they were met.</param>
/// <param name="Code">The exit code of its worst problem; null without one.</param>
internal sealed record CheckResult(string Name, CheckStatus Status, string Summary, IReadOnlyList<Finding> Findings, ExitCode? Code);
