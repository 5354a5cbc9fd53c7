namespace LlmSpell.Cli.Commands.Completion;

/// <summary>One word that could stand at the cursor, whole.</summary>
internal sealed record Candidate(string Word, string Description = "");
