namespace LlmSpell.State;

/// <summary>What was asked for does not exist.</summary>
public class StateNotFoundException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    public StateNotFoundException(string message, string? hint = null, Exception? inner = null)
        : base(message, hint, inner)
    {
    }
}
