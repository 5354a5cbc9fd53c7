namespace LlmSpell.Cli.Commands.Completion;

/// <summary>What could stand at the cursor.</summary>
/// <param name="Directive">
/// What the shell adds of its own: <c>none</c>, <c>files</c>, <c>scripts</c> (Lua files) or <c>folders</c>.
/// </param>
/// <param name="Candidates">Those that llmspell knows.</param>
internal sealed record CompletionAnswer(string Directive, IReadOnlyList<Candidate> Candidates)
{
    public const string NoFiles = "none";
    public const string Files = "files";
    public const string Scripts = "scripts";
    public const string Folders = "folders";

    public static CompletionAnswer Nothing { get; } = new(NoFiles, []);

    public static CompletionAnswer Of(IEnumerable<Candidate> candidates) => new(NoFiles, [.. candidates]);
}
