namespace LlmSpell.State;

/// <summary>JSON does not stand for a value. Whoever reads a file says which one in its own exception.</summary>
internal sealed class StateValueJsonException(string problem, long offset) : Exception(problem)
{
    /// <summary>Where the token starts that is wrong, in bytes from the beginning of the JSON.</summary>
    internal long Offset { get; } = offset;
}
