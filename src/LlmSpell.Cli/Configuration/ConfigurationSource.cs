using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Configuration;

/// <summary>Where a configuration comes from.</summary>
/// <param name="File">Absolute path; null for the defaults.</param>
/// <param name="DisplayName">The file as a person would name it.</param>
/// <param name="ChosenBy">Why this one: <c>-c</c>, <c>LLMSPELL_CONFIG</c>, <c>working folder</c>, <c>user configuration folder</c> or <c>defaults</c>.</param>
/// <param name="BaseFolder">What relative paths in it are relative to.</param>
internal sealed record ConfigurationSource(string? File, string DisplayName, string ChosenBy, string BaseFolder)
{
    /// <summary>Whether an option or the variable names it, and it was not looked for where it lies.</summary>
    public bool IsNamed => ChosenBy.StartsWith('-') || ChosenBy == ConfigurationLocator.ByVariable;

    /// <summary>What names this file to another command: <c>-c FILE</c> and a space where an option named it, else nothing.</summary>
    public string Option => File is not null && ChosenBy.StartsWith('-') ? $"{ConfigurationLocator.ByOption} {ShellWord.Of(DisplayName)} " : "";
}
