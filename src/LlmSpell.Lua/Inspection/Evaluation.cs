namespace LlmSpell.Lua.Inspection;

/// <summary>What came of one input. Immutable.</summary>
/// <param name="Values">Its values, as many as are shown; none for statements.</param>
/// <param name="Count">How many values there were.</param>
/// <param name="IsIncomplete">Whether nothing ran, because the input ends in the middle of something.</param>
internal sealed record Evaluation(IReadOnlyList<ValueNode> Values, int Count, bool IsIncomplete)
{
    internal static Evaluation Incomplete { get; } = new([], 0, true);
}
