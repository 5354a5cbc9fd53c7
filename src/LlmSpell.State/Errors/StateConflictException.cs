namespace LlmSpell.State;

/// <summary>A transaction met another one and was rolled back. Running it again may succeed.</summary>
public sealed class StateConflictException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    public StateConflictException(string message, string? hint = null, Exception? inner = null)
        : base(message, hint, inner)
    {
    }
}
