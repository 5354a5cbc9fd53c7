namespace LlmSpell.State;

/// <summary>Lets the calls of a store through to its backend, until the store is closed or a failed write latches it. Thread-safe.</summary>
internal sealed class BackendGate(IStateBackend backend, StoreLatch latch)
{
    private bool _closed;

    /// <summary>From now on a call throws <see cref="ObjectDisposedException"/>.</summary>
    /// <returns>False if it was closed already.</returns>
    internal bool TryClose() => !Interlocked.Exchange(ref _closed, true);

    internal void Run(Action<IStateBackend> call)
    {
        Run(static (backend, call) =>
        {
            call(backend);
            return true;
        }, call);
    }

    internal T Run<T>(Func<IStateBackend, T> call) => Run(static (backend, call) => call(backend), call);

    internal T Run<TArgs, T>(Func<IStateBackend, TArgs, T> call, TArgs args)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(StateStore));
        latch.Check();
        try
        {
            return call(backend, args);
        }
        catch (Exception e) when (latch.Note(e))
        {
            throw;
        }
    }
}
