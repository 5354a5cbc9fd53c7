using System.Diagnostics;

namespace LlmSpell.State;

/// <summary>
/// Lets one writer of a store in at a time. Whoever finds it free goes in, also before those who wait: a change of threads takes longer
/// than most transactions. But when that has gone on for a <see cref="Quantum"/>, it is left to the one that has waited longest, so that
/// nobody starves. Thread-safe; whoever leaves may be another thread than the one that came in.
/// </summary>
/// <param name="clock">Measures the quantum.</param>
internal sealed class WriteQueue(TimeProvider clock)
{
    internal static readonly TimeSpan Quantum = TimeSpan.FromMilliseconds(1);

    private readonly LinkedList<Waiter> _waiting = new();
    private bool _isTaken;
    private long _quantumBegan;

    /// <summary>Waits until nobody else is in, and goes in; then <see cref="Exit"/> must follow.</summary>
    /// <param name="atMost">How long to wait; zero: not at all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False if the time is over.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal bool TryEnter(TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        Waiter waiter;
        lock (_waiting)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return true;
            }

            if (atMost <= TimeSpan.Zero)
            {
                return false;
            }

            if (_waiting.Count == 0)
            {
                _quantumBegan = clock.GetTimestamp();
            }

            waiter = new Waiter();
            _waiting.AddLast(waiter);
        }

        try
        {
            using CancellationTokenRegistration rousing = cancellationToken.UnsafeRegister(static waiter => ((Waiter)waiter!).Rouse(), waiter);
            return Wait(waiter, atMost, cancellationToken);
        }
        catch
        {
            // It was cancelled, or the thread was interrupted.
            Abandon(waiter);
            throw;
        }
    }

    /// <summary>Lets the next one in.</summary>
    internal void Exit()
    {
        lock (_waiting)
        {
            if (_waiting.First is not { Value: Waiter first })
            {
                _isTaken = false;
            }
            else if (clock.GetElapsedTime(_quantumBegan) >= Quantum)
            {
                Dequeue();
                first.Wake(isIn: true);
            }
            else
            {
                _isTaken = false;

                // Once: if others are quicker, waking it each time would only hold them up.
                if (!first.HasLooked)
                {
                    first.Wake(isIn: false);
                }
            }
        }
    }

    private bool Wait(Waiter waiter, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan nap = atMost;
        while (true)
        {
            waiter.Sleep(nap);
            lock (_waiting)
            {
                if (waiter.IsIn)
                {
                    return true;
                }

                cancellationToken.ThrowIfCancellationRequested();
                if (!_isTaken && _waiting.First!.Value == waiter)
                {
                    Dequeue();
                    _isTaken = true;
                    return true;
                }

                TimeSpan left = atMost - Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                {
                    _waiting.Remove(waiter);
                    return false;
                }

                // From the end of the quantum on, whoever leaves wakes the first.
                waiter.HasLooked = true;
                TimeSpan quantumLeft = Quantum - clock.GetElapsedTime(_quantumBegan);
                nap = quantumLeft > TimeSpan.Zero && quantumLeft < left ? quantumLeft : left;
            }
        }
    }

    /// <summary>Takes the first out; the next has a quantum of its own to wait for.</summary>
    private void Dequeue()
    {
        _waiting.RemoveFirst();
        _quantumBegan = clock.GetTimestamp();
    }

    private void Abandon(Waiter waiter)
    {
        lock (_waiting)
        {
            if (waiter.IsIn)
            {
                Exit();
                return;
            }

            _waiting.Remove(waiter);
            if (!_isTaken)
            {
                // It may have been woken for the others, too.
                _waiting.First?.Value.Wake(isIn: false);
            }
        }
    }

    /// <summary>One that waits, and its place to sleep. What it knows is changed by who holds the queue's lock.</summary>
    private sealed class Waiter
    {
        private bool _isWoken;

        /// <summary>Whether it was let in.</summary>
        internal bool IsIn { get; private set; }

        /// <summary>Whether it has looked in vain, and so looks again by itself.</summary>
        internal bool HasLooked { get; set; }

        internal void Wake(bool isIn)
        {
            IsIn = isIn;
            Rouse();
        }

        /// <summary>Lets it look again.</summary>
        internal void Rouse()
        {
            lock (this)
            {
                _isWoken = true;
                Monitor.Pulse(this);
            }
        }

        /// <summary>Sleeps until it is woken, or for this long.</summary>
        internal void Sleep(TimeSpan atMost)
        {
            lock (this)
            {
                if (!_isWoken)
                {
                    Monitor.Wait(this, (int)Math.Ceiling(atMost.TotalMilliseconds));
                }

                _isWoken = false;
            }
        }
    }
}
