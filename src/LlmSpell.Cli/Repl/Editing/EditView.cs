namespace LlmSpell.Cli.Repl.Editing;

/// <summary>What is to be seen while a person edits. Immutable.</summary>
/// <param name="Prompt">Before the first line.</param>
/// <param name="NextPrompt">Before each other line.</param>
/// <param name="Text">The text; lines end with \n.</param>
/// <param name="Cursor">The cursor's index in the text.</param>
internal sealed record EditView(string Prompt, string NextPrompt, string Text, int Cursor);
