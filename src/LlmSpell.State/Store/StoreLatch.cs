namespace LlmSpell.State;

/// <summary>
/// Remembers that a required write ended in a way that leaves open what is on the disk. From then on the store takes no
/// calls, since any answer could be wrong; opening it again recovers from what is really there. Thread-safe.
/// </summary>
internal sealed class StoreLatch(string location)
{
    private StateStorageException? _cause;

    internal bool IsLatched => Volatile.Read(ref _cause) is not null;

    internal void Check()
    {
        if (Volatile.Read(ref _cause) is { } cause)
        {
            throw new StateStorageException(
                $"The state in {location} takes no more calls since a write failed: {cause.Message}",
                "See to the disk, then open the state again (start the script again); it recovers what was acknowledged.",
                cause);
        }
    }

    /// <summary>For a catch filter: latches if it must, and lets the exception pass.</summary>
    internal bool Note(Exception exception)
    {
        if (exception is StateStorageException { OutcomeUnknown: true } cause)
        {
            Interlocked.CompareExchange(ref _cause, cause, null);
        }

        return false;
    }
}
