using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>Takes SQLite's write lock for the writing connection, in turns with other processes. Not thread-safe.</summary>
internal sealed class FairLock(EntryWriter writer, TimeProvider clock) : IDisposable
{
    private const int SpinAttempts = 20;

    private readonly WriteTurn _turn = new(writer.Connection.File, clock);
    private bool _handedOver;

    /// <summary>Begins a transaction.</summary>
    /// <exception cref="StateBusyException">The lock was not to be had in this time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal void Take(TimeSpan wait, CancellationToken cancellationToken = default)
    {
        if (wait <= TimeSpan.Zero || !_turn.IsUsable)
        {
            writer.Begin(wait, cancellationToken);
            return;
        }

        bool yields = _turn.HandOverIfOver() || _handedOver;
        _handedOver = false;
        if (!yields && writer.TryBegin())
        {
            return;
        }

        long started = clock.GetTimestamp();
        bool hasTurn = false;
        if (yields && !_turn.AwaitSuccessor())
        {
            // If the turn is free, whoever seemed to wait has died. If not, that one does not come to run, and this one goes on.
            hasTurn = _turn.Take(started, TimeSpan.Zero, cancellationToken);
            if (!hasTurn && writer.TryBegin())
            {
                _turn.GoOn();
                return;
            }
        }

        if ((hasTurn || _turn.Take(started, wait, cancellationToken)) && LookInTurn(started, wait, yields, cancellationToken))
        {
            return;
        }

        // Once more, for the exception that says who holds the lock; or as long as it takes, if there are no turns here.
        TimeSpan left = wait - clock.GetElapsedTime(started);
        writer.Begin(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
    }

    /// <summary>The transaction has ended.</summary>
    internal void GiveBack()
    {
        _turn.Count();
        _handedOver = _turn.HandOverIfOver();
    }

    /// <summary>Lets whoever waits go on at once.</summary>
    internal void HandOver() => _handedOver = _turn.HandOverIfAwaited();

    /// <summary>Does something outside a transaction while those who take turns wait, if that can be had in this time.</summary>
    internal void WhileNobodyWrites(TimeSpan wait, Action work)
    {
        if (!_turn.IsUsable)
        {
            work();
            return;
        }

        long started = clock.GetTimestamp();
        if (!_turn.Take(started, wait))
        {
            return;
        }

        try
        {
            if (Look(started, wait, yields: true, CancellationToken.None))
            {
                writer.Rollback();
                work();
            }
        }
        finally
        {
            _turn.Release(began: false);
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool LookInTurn(long started, TimeSpan wait, bool yields, CancellationToken cancellationToken)
    {
        bool began = false;
        try
        {
            began = Look(started, wait, yields, cancellationToken);
            return began;
        }
        finally
        {
            _turn.Release(began);
        }
    }

    private bool Look(long started, TimeSpan wait, bool yields, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            int mark = _turn.Mark();
            if (writer.TryBegin())
            {
                return true;
            }

            if (clock.GetElapsedTime(started) >= wait)
            {
                return false;
            }

            cancellationToken.ThrowIfCancellationRequested();

            // A transaction is usually over in some tens of microseconds. Who has just handed over need not hurry.
            if (!yields && attempt < SpinAttempts)
            {
                writer.Connection.Pause(attempt);
            }
            else
            {
                _turn.Sleep(mark);
            }
        }
    }
}
