using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Help;

/// <summary>All that is said of a command or a topic: what <c>--help</c>, <c>llmspell help</c> and the manual show.</summary>
/// <param name="Name">The command in full, <c>llmspell backup create</c>, or the topic.</param>
/// <param name="Description">One or two sentences.</param>
internal sealed record HelpPage(string Name, string Description)
{
    /// <summary>How to call it; null for a topic.</summary>
    public string? Usage { get; init; }

    public IReadOnlyList<HelpSection> Sections { get; init; } = [];

    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>Other commands in full, and topics of the help.</summary>
    public IReadOnlyList<string> SeeAlso { get; init; } = [];
}
