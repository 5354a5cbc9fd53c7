namespace LlmSpell.Cli.Commands.Help;

/// <summary>A list under a heading.</summary>
internal sealed record HelpSection(string Heading, IReadOnlyList<HelpEntry> Entries);
