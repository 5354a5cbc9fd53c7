namespace LlmSpell.State;

/// <summary>Stored bytes are not what was written. The message names the file and, where known, the place in it.</summary>
public class StateCorruptException : StateException
{
    /// <summary>Says what happened, and what to do next.</summary>
    public StateCorruptException(string message, string? hint = null, Exception? inner = null)
        : base(message, hint, inner)
    {
    }
}
