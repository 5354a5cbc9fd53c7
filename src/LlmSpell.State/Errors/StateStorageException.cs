namespace LlmSpell.State;

/// <summary>The storage refused or failed: an input/output error, a full disk, missing rights.</summary>
public sealed class StateStorageException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    /// <param name="message">What happened, and to which file.</param>
    /// <param name="hint">What to do next.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="outcomeUnknown">See <see cref="OutcomeUnknown"/>.</param>
    public StateStorageException(string message, string? hint = null, Exception? inner = null, bool outcomeUnknown = false)
        : base(message, hint, inner)
    {
        OutcomeUnknown = outcomeUnknown;
    }

    /// <summary>
    /// Whether a required write failed in a way that leaves open what is on the disk (an input/output error, not a full disk
    /// or a refusal). A store that meets such a failure takes no further calls until it is opened again.
    /// </summary>
    public bool OutcomeUnknown { get; }
}
