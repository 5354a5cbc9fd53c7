using System.Text.RegularExpressions;

namespace LlmSpell.Cli.Output;

/// <summary>
/// The commands that hints tell people to run. Where an option named the configuration they repeat it: without it they would be about another state.
/// Immutable.
/// </summary>
/// <param name="configuration">The configuration that <c>-c</c> named; null if it did not, or if the command is about two.</param>
internal sealed partial class AdvisedCommands(string? configuration)
{
    // As in "Run `llmspell repository repair` there": at the other end of a copy.
    private const string Elsewhere = "` there";

    private readonly string _option = configuration is null ? "" : $"-c {ShellWord.Of(configuration)} ";

    public static AdvisedCommands AsTheyStand { get; } = new(null);

    /// <summary>A whole command.</summary>
    /// <param name="arguments">What follows the program's name.</param>
    public string Of(string arguments) => $"llmspell {_option}{arguments}";

    /// <summary>A text with commands in backticks.</summary>
    public string In(string text) =>
        _option.Length == 0 || text.Contains(Elsewhere, StringComparison.Ordinal) ? text : Commands().Replace(text, match => match.Value + _option);

    // Help is the same for every configuration.
    [GeneratedRegex("`llmspell (?!-|help\\b)(?![^`]*--help)")]
    private static partial Regex Commands();
}
