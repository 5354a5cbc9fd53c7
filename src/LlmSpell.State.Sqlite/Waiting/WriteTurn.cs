namespace LlmSpell.State.Sqlite.Waiting;

/// <summary>
/// Lets processes that write to one state take turns. SQLite's own lock goes to whoever happens to look when it is free, so a
/// process that saves in a loop can starve the others. Not thread-safe: whoever may write in this process uses it.
/// </summary>
/// <remarks>
/// <para>Who waits for SQLite's lock holds the turn's lock, so only one looks for it and the others queue behind. The writer
/// sees by a number in shared memory that somebody waits, at no cost. When its <see cref="Quantum"/> is over, it leaves
/// SQLite's lock to the waiting one, wakes it, and queues. Within the quantum it goes on: a change of the writer costs
/// waking it, and its page cache, which SQLite empties after another process wrote.</para>
/// <para>All this is for fairness only. SQLite's lock alone decides who writes: a process that does not know of turns, or cannot
/// make the file, is as safe.</para>
/// </remarks>
internal sealed class WriteTurn(string database, TimeProvider clock) : IDisposable
{
    /// <summary>How long a process may go on writing while others wait, if it comes to <see cref="QuantumTransactions"/> in it.</summary>
    internal static readonly TimeSpan Quantum = TimeSpan.FromMilliseconds(2);

    /// <summary>How long it may go on in any case.</summary>
    internal static readonly TimeSpan LongestQuantum = TimeSpan.FromMilliseconds(4);

    /// <summary>The transactions that make up for a change of the writer.</summary>
    internal const int QuantumTransactions = 32;

    /// <summary>
    /// How long who handed over watches for the other to take the lock. On a machine with too much to do that one may not run for
    /// milliseconds, in which nobody would write.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromTicks(200 * TimeSpan.TicksPerMicrosecond);

    /// <summary>How long at most the next writer sleeps, if the present one does not know of turns, or died.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(1);

    /// <summary>How long at most the others in the queue sleep, if the one that should wake them died.</summary>
    private static readonly TimeSpan LongestQueueSleep = TimeSpan.FromMilliseconds(5);

    private TurnFile? _file;
    private bool _unusable;
    private long? _began;
    private int _transactions;

    /// <summary>Whether another process, or another store of this one, waits to write.</summary>
    internal bool IsAwaited => _file is { } file && file.IsAwaited;

    /// <summary>Whether there are turns here; opens the file when it is first needed.</summary>
    internal bool IsUsable
    {
        get
        {
            if (_file is null && !_unusable)
            {
                _file = TurnFile.TryOpen(database);
                _unusable = _file is null;
            }

            return !_unusable;
        }
    }

    /// <summary>Whether others wait and this process has written for long enough.</summary>
    internal bool IsOver
    {
        get
        {
            if (!IsAwaited)
            {
                return false;
            }

            if (_began is not { } began)
            {
                return true;
            }

            TimeSpan elapsed = clock.GetElapsedTime(began);
            return elapsed >= Quantum && (_transactions >= QuantumTransactions || elapsed >= LongestQuantum);
        }
    }

    /// <summary>Queues for the turn; after this the caller looks for SQLite's lock, and then calls <see cref="Release"/>.</summary>
    /// <returns>False if the time is over, or there are no turns here after all.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal unsafe bool Take(long started, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        _began = null;
        bool reopened = false;
        while (IsUsable && _file is { } file)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.IsRetired && !reopened)
            {
                // Others may have made a new one.
                Close(file);
                reopened = true;
                continue;
            }

            int seen = Volatile.Read(ref *file.Releases);
            switch (file.TryLock())
            {
                case true:
                    // Whoever wanted to delete the file died before that.
                    file.IsRetired = false;
                    file.IsAwaited = true;
                    return true;

                case false when clock.GetElapsedTime(started) < wait:
                    Futex.Wait(file.Releases, seen, LongestQueueSleep);
                    break;

                case false:
                    return false;

                case null:
                    _unusable = true;
                    Close(file);
                    break;
            }
        }

        return false;
    }

    /// <summary>A mark for <see cref="Sleep"/>, to be taken before the caller looks for SQLite's lock.</summary>
    internal unsafe int Mark() => Volatile.Read(ref *_file!.Handovers);

    /// <summary>Sleeps until the writer hands over, or for a little while.</summary>
    internal unsafe void Sleep(int mark) => Futex.Wait(_file!.Handovers, mark, LongestSleep);

    /// <summary>Gives the turn to the next in the queue.</summary>
    /// <param name="began">Whether SQLite's lock was taken: from now on the quantum counts.</param>
    internal void Release(bool began)
    {
        _file!.IsAwaited = false;
        _file.Release();
        _began = began ? clock.GetTimestamp() : null;
        _transactions = 0;
    }

    /// <summary>Watches, after handing over, whether the other takes SQLite's lock.</summary>
    /// <returns>False if it does not come to it.</returns>
    internal bool AwaitSuccessor()
    {
        long started = clock.GetTimestamp();
        while (IsAwaited)
        {
            if (clock.GetElapsedTime(started) >= Grace)
            {
                return false;
            }

            if (!Thread.Yield())
            {
                Thread.SpinWait(20);
            }
        }

        return true;
    }

    /// <summary>The one that waits did not come to it: the quantum begins anew.</summary>
    internal void GoOn()
    {
        _began = clock.GetTimestamp();
        _transactions = 0;
    }

    /// <summary>Counts a transaction that has ended.</summary>
    internal void Count() => _transactions++;

    /// <summary>Wakes whoever waits, if this process has written for long enough. For whenever it does not hold SQLite's lock.</summary>
    /// <returns>Whether it must queue before it writes again.</returns>
    internal bool HandOverIfOver() => IsOver && HandOverIfAwaited();

    /// <summary>Wakes whoever waits, even before the quantum is over.</summary>
    /// <returns>Whether somebody waits.</returns>
    internal bool HandOverIfAwaited()
    {
        if (!IsAwaited)
        {
            return false;
        }

        _file!.HandOver();
        return true;
    }

    public void Dispose()
    {
        if (_file is not { } file)
        {
            return;
        }

        _unusable = true;
        Close(file);
        TurnFile.DeleteIfUnused(database);
    }

    private void Close(TurnFile file)
    {
        _file = null;
        file.Dispose();
    }
}
