namespace LlmSpell.Cli.Repl.Completion;

/// <summary>What could stand before the cursor. Immutable.</summary>
/// <param name="Start">Where in the text the piece begins that a candidate replaces.</param>
/// <param name="Candidates">What could stand there, sorted.</param>
/// <param name="HasMore">Whether there are more candidates than those.</param>
internal sealed record Completion(int Start, IReadOnlyList<Candidate> Candidates, bool HasMore = false)
{
    public static Completion None { get; } = new(0, []);
}

/// <summary>One text that could stand before the cursor.</summary>
/// <param name="Text">As it is inserted.</param>
/// <param name="End">What is added to it if it is the only one: a closing quote.</param>
internal readonly record struct Candidate(string Text, string End = "");
