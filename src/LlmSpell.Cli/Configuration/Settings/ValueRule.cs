using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Configuration.Settings;

/// <summary>What to say about certain values of a setting, though they are well formed.</summary>
/// <param name="Matches">The values that are meant.</param>
/// <param name="Values">The same for people, as in <c>above 0</c>.</param>
/// <param name="Severity">A notice, or an error where going on would break a promise.</param>
/// <param name="Message">What is the matter, continuing <c>key = value:</c>.</param>
/// <param name="Hint">What to do.</param>
internal sealed record ValueRule<T>(Func<T, bool> Matches, string Values, ProblemSeverity Severity, string Message, string Hint);
