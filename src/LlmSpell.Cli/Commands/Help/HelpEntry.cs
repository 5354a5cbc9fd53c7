namespace LlmSpell.Cli.Commands.Help;

/// <summary>One line of a list: a command, an option, an argument, a variable.</summary>
internal sealed record HelpEntry(string Term, string Description);
