namespace LlmSpell.Backup;

/// <summary>What a comparison of two states found in all. Immutable.</summary>
/// <param name="Counts">All scopes together.</param>
/// <param name="Scopes">The scopes in which something differs, in their order, at most <see cref="MaxScopes"/> of them.</param>
/// <param name="FurtherScopes">In how many scopes more something differs.</param>
public sealed record DifferenceSummary(DifferenceCounts Counts, IReadOnlyList<ScopeDifference> Scopes, long FurtherScopes)
{
    /// <summary>The most scopes that a summary lists, so that its size does not grow with the state's.</summary>
    public const int MaxScopes = 1_000;
}
