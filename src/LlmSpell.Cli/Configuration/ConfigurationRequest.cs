namespace LlmSpell.Cli.Configuration;

/// <summary>What decides which configuration applies.</summary>
/// <param name="NamedFile">The value of <c>-c</c>, or of another option that names a configuration, if given.</param>
/// <param name="WorkingFolder">Absolute.</param>
/// <param name="Environment">Reads an environment variable.</param>
internal sealed record ConfigurationRequest(string? NamedFile, string WorkingFolder, Func<string, string?> Environment)
{
    /// <summary>The option that gave <see cref="NamedFile"/>.</summary>
    public string NamedBy { get; init; } = ConfigurationLocator.ByOption;
}
