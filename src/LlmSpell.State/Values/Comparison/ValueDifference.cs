namespace LlmSpell.State;

/// <summary>One place in which two values differ. Immutable.</summary>
/// <param name="Path">
/// The place as Lua writes it, such as <c>.handlers[3]["a b"]</c>; empty if the values differ as wholes. Elements of arrays count from 1.
/// </param>
/// <param name="Before">What the earlier value has there; null if it has nothing.</param>
/// <param name="After">What the later value has there; null if it has nothing.</param>
public sealed record ValueDifference(string Path, StateValue? Before, StateValue? After);
