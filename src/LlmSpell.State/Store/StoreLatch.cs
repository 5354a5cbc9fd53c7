namespace LlmSpell.State;

/// <summary>
/// Remembers that a required write ended in a way that leaves open what is on the disk. From then on the store takes no
/// calls, since any answer could be wrong; opening it again recovers from what is really there. Thread-safe.
/// </summary>
internal sealed class StoreLatch(string location)
{
    private StateStorageException? _cause;
    private bool _isReported;

    /// <summary>Whether it latched and a caller has heard of it.</summary>
    internal bool IsReported => Volatile.Read(ref _isReported);

    internal void Check()
    {
        if (Volatile.Read(ref _cause) is { } cause)
        {
            Volatile.Write(ref _isReported, true);
            throw new StateStorageException(
                $"The state in {location} takes no more calls since a write failed: {cause.Message}",
                "See to the disk, then open the state again (start the script again); it recovers what was acknowledged.",
                cause);
        }
    }

    /// <summary>For a catch filter: latches if it must, and lets the exception pass.</summary>
    internal bool Note(Exception exception)
    {
        if (NoteUnheard(exception))
        {
            Volatile.Write(ref _isReported, true);
        }

        return false;
    }

    /// <summary>Latches if it must, after a failure that reaches no caller.</summary>
    /// <returns>Whether it must.</returns>
    internal bool NoteUnheard(Exception exception)
    {
        if (exception is not StateStorageException { OutcomeUnknown: true } cause)
        {
            return false;
        }

        Interlocked.CompareExchange(ref _cause, cause, null);
        return true;
    }
}
