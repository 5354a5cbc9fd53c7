namespace LlmSpell.State;

/// <summary>
/// What the transactions of databases share: they end once, and at once when a step of a write failed or the database gave them up, since nothing may
/// be committed any more then; later calls say why. Not thread-safe.
/// </summary>
internal abstract class BackendTransaction : IDisposable
{
    private Exception? _failure;
    private bool _ended;

    public void Dispose() => End();

    /// <summary>The error after which the database ended the transaction by itself; asked for while it is open.</summary>
    protected virtual Exception? RolledBackBy => null;

    protected void ThrowIfNotOpen()
    {
        if (!_ended && RolledBackBy is { } cause)
        {
            Fail(cause);
        }

        if (_failure is not null)
        {
            throw new StateStorageException(
                $"This transaction ended when a call in it failed: {_failure.Message}",
                (_failure as StateException)?.Hint,
                _failure);
        }

        ObjectDisposedException.ThrowIf(_ended, this);
    }

    /// <summary>Ends the transaction since a write failed.</summary>
    protected void Fail(Exception cause)
    {
        End();
        _failure = cause;
    }

    protected void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        Close();
    }

    /// <summary>Gives up what the transaction holds; what was not committed is rolled back.</summary>
    protected abstract void Close();
}
