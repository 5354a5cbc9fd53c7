namespace LlmSpell.Cli.Output;

/// <summary>How much goes to standard error. Errors and questions always do.</summary>
internal enum Verbosity
{
    /// <summary>Remarks and warnings.</summary>
    Normal,

    /// <summary>Nothing but errors.</summary>
    Quiet,

    /// <summary>Each step too, with the time it took.</summary>
    Verbose,
}
