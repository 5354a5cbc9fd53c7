namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>What a check came to, from good to bad.</summary>
internal enum CheckStatus
{
    /// <summary>There was nothing to look at, or it could not be looked at; the findings say why.</summary>
    Skipped,

    Ok,

    /// <summary>Things work, and something is likely to go wrong.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Problem,
}
