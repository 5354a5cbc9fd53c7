namespace LlmSpell.Bench;

/// <summary>One thing that we want the comparison to show.</summary>
/// <param name="Wanted">What must hold.</param>
/// <param name="Found">The figure of this run; null: not measured.</param>
/// <param name="FoundOfProcessor">The same of processor time; null: not measured.</param>
/// <param name="Met">Whether it holds.</param>
internal sealed record Goal(string Wanted, string? Found, string? FoundOfProcessor, bool Met)
{
    internal string Verdict => Found is null ? "not measured" : Met ? "met" : "**missed**";
}
