namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>A command line that does something useful, for the help and the manual. Tests run it.</summary>
/// <param name="Line">As one would type it in a shell, beginning with <c>llmspell</c> or what is piped into it.</param>
/// <param name="Meaning">What it does, as a phrase.</param>
internal sealed record Example(string Line, string Meaning);
