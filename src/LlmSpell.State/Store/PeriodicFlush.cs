namespace LlmSpell.State;

/// <summary>Flushes a backend now and then, so that what was written is safe from a power loss soon. Thread-safe.</summary>
internal sealed class PeriodicFlush : IDisposable
{
    private readonly IStateBackend _backend;
    private readonly StoreLatch _latch;
    private readonly TimeSpan _interval;
    private readonly ITimer? _timer;

    /// <param name="backend">What is flushed.</param>
    /// <param name="latch">Hears of what goes wrong.</param>
    /// <param name="options">How often, and by which clock.</param>
    internal PeriodicFlush(IStateBackend backend, StoreLatch latch, StateStoreOptions options)
    {
        _backend = backend;
        _latch = latch;
        _interval = options.FlushInterval;
        if (_interval > TimeSpan.Zero)
        {
            _timer = options.TimeProvider.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Await();
        }
    }

    /// <summary>Ends it; a flush that is under way may go on for a while.</summary>
    public void Dispose() => _timer?.Dispose();

    // Once: while the disk does not answer, no other flush begins.
    private void Await() => _timer!.Change(_interval, Timeout.InfiniteTimeSpan);

    private void Run()
    {
        try
        {
            _backend.Flush();
        }
        catch (ObjectDisposedException)
        {
            // The store was closed meanwhile, and flushed then.
        }
        catch (StateException e)
        {
            // Nobody waits here for the answer: the next call of the store reports it, or closing it if none comes.
            _latch.NoteUnheard(e);
        }
        catch (Exception e)
        {
            // A defect of the backend, which must not end the process from the timer's thread.
            _latch.NoteUnheard(new StateStorageException($"flushing failed: {e.Message}", inner: e, outcomeUnknown: true));
        }
        finally
        {
            Await();
        }
    }
}
