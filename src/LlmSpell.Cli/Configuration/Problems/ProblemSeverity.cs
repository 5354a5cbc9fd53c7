namespace LlmSpell.Cli.Configuration.Problems;

internal enum ProblemSeverity
{
    /// <summary>The configuration works; something in it does less, or other, than it seems to.</summary>
    Notice,

    /// <summary>Nothing runs with this configuration.</summary>
    Error,
}
