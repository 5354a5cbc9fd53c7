namespace LlmSpell.State;

/// <summary>Somebody else holds what is needed, and did not let go in time. Nothing was changed; the same call may succeed later.</summary>
public sealed class StateBusyException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    public StateBusyException(string message, string? hint = null, Exception? inner = null)
        : base(message, hint, inner)
    {
    }
}
