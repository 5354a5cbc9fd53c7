namespace LlmSpell.State;

/// <summary>What a check of a whole store found. Immutable.</summary>
/// <param name="Status">What the store says of itself, at the moment that was checked.</param>
/// <param name="Entries">How many entries could be read.</param>
/// <param name="Fingerprint">What these add up to.</param>
/// <param name="Problems">What is wrong, at most <see cref="MaxProblems"/> of it; empty if all is well.</param>
/// <param name="FurtherProblems">How many problems more there were.</param>
public sealed record StoreCheckReport(
    StoreStatus Status,
    long Entries,
    Fingerprint Fingerprint,
    IReadOnlyList<StoreProblem> Problems,
    long FurtherProblems)
{
    /// <summary>The most problems that a report lists.</summary>
    public const int MaxProblems = 100;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;
}
