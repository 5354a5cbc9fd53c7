using LlmSpell.Cli.Configuration.Toml;

namespace LlmSpell.Cli.Configuration.Problems;

/// <summary>One thing to say about a configuration: where, what, and what to do.</summary>
/// <param name="Severity">Whether it stops the program.</param>
/// <param name="File">The file as a person would name it; null where no file is concerned.</param>
/// <param name="Place">Line and column, where there is one.</param>
/// <param name="Key">The setting's whole name, where one is concerned.</param>
/// <param name="Message">What was found and why it is wrong.</param>
/// <param name="Hint">What to write instead.</param>
internal sealed record ConfigurationProblem(
    ProblemSeverity Severity, string? File, TextPlace? Place, string? Key, string Message, string? Hint)
{
    public static ConfigurationProblem InFile(string? file, TextPlace? place, string message, string? hint = null) =>
        new(ProblemSeverity.Error, file, place, null, message, hint);

    /// <summary><c>llmspell.toml:3:1</c>, <c>llmspell.toml</c>, or nothing.</summary>
    public string Location => Place is { } place ? $"{File}:{place}" : File ?? "";

    public override string ToString()
    {
        string text = File is null ? Message : $"{Location}: {Message}";
        return Hint is null ? text : $"{text}. {Hint}";
    }
}
