namespace LlmSpell.Cli.Configuration.Problems;

/// <summary>The configuration cannot be used. Carries every problem of it, not only the first.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Errors and notices in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
