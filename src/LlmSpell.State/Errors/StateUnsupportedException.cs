namespace LlmSpell.State;

/// <summary>The data or the request needs something this version does not have, such as a newer format; or the file is not ours.</summary>
public sealed class StateUnsupportedException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    public StateUnsupportedException(string message, string? hint = null, Exception? inner = null)
        : base(message, hint, inner)
    {
    }
}
