namespace LlmSpell.Cli.Repl.Editing;

/// <summary>One key press, or one piece of text that came at once.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Text">What was typed or pasted; line ends as \n.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
