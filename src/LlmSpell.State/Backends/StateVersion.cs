namespace LlmSpell.State;

/// <summary>One moment of a store's history, as a token that only its backend can read.</summary>
/// <param name="Token">1–64 printable ASCII characters.</param>
public readonly record struct StateVersion(string Token)
{
    /// <summary>The token; empty for <c>default</c>, which has none.</summary>
    public override string ToString() => Token ?? "";
}
