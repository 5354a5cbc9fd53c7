namespace LlmSpell.State;

/// <summary>
/// Something a user can meet: its message says what happened and to what, its hint what to do next. The derived classes
/// are sorted by what a caller can do about it. Misuse of the API throws the standard .NET exceptions instead.
/// </summary>
public abstract class StateException : Exception
{
    private protected StateException(string message, string? hint, Exception? inner)
        : base(message, inner)
    {
        Hint = hint;
    }

    /// <summary>What to do next, as a sentence or a command; null where nothing better can be said than the message.</summary>
    public string? Hint { get; }
}
