namespace LlmSpell.Cli.Configuration;

/// <summary>What decides which configuration applies.</summary>
/// <param name="NamedFile">The value of <c>-c</c>, if given.</param>
/// <param name="WorkingFolder">Absolute.</param>
/// <param name="Environment">Reads an environment variable.</param>
internal sealed record ConfigurationRequest(string? NamedFile, string WorkingFolder, Func<string, string?> Environment);
