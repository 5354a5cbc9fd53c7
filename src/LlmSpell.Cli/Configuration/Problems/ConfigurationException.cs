namespace LlmSpell.Cli.Configuration.Problems;

/// <summary>The configuration cannot be used. Carries every problem of it, not only the first.</summary>
/// <param name="problems">Errors and notices in the order of the file.</param>
/// <param name="option">What names the file to another command, with a space behind it; empty where nothing has to.</param>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems, string option = "")
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>Errors and notices in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;

    /// <summary>What names the file to another command: <c>-c FILE</c> and a space, or nothing.</summary>
    public string Option { get; } = option;
}
