using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.State.Tests.Backends;

public sealed class WriteQueueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _clock = new();
    private readonly WriteQueue _queue;

    public WriteQueueTests() => _queue = new WriteQueue(_clock);

    [Fact]
    public void One_is_in_at_a_time()
    {
        Assert.True(_queue.TryEnter(TimeSpan.Zero));
        Assert.False(_queue.TryEnter(TimeSpan.Zero));
        _queue.Exit();
        Assert.True(_queue.TryEnter(TimeSpan.Zero));
    }

    [Fact]
    public void Many_threads_all_come_to_it_and_never_two_at_once()
    {
        const int Rounds = 2_000;
        WriteQueue queue = new(TimeProvider.System);
        int inside = 0;
        int maxInside = 0;
        int entered = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (queue.TryEnter(Long))
                {
                    maxInside = Math.Max(maxInside, Interlocked.Increment(ref inside));
                    entered++;
                    Interlocked.Decrement(ref inside);
                    queue.Exit();
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal((8 * Rounds, 1), (entered, maxInside));
        Assert.True(queue.TryEnter(TimeSpan.Zero));
    }

    [Fact]
    public void The_one_that_waits_goes_in_when_it_is_left()
    {
        _queue.TryEnter(TimeSpan.Zero);
        using Visitor visitor = new(_queue);
        _queue.Exit();
        visitor.WaitUntilIn();
    }

    [Fact]
    public void After_a_quantum_it_is_left_to_those_who_wait_in_their_order()
    {
        _queue.TryEnter(TimeSpan.Zero);
        using Visitor first = new(_queue);
        using Visitor second = new(_queue);

        _clock.Advance(WriteQueue.Quantum);
        _queue.Exit();
        Assert.False(_queue.TryEnter(TimeSpan.Zero));
        first.WaitUntilIn();

        _clock.Advance(WriteQueue.Quantum);
        first.Leave();
        Assert.False(_queue.TryEnter(TimeSpan.Zero));
        second.WaitUntilIn();
        second.Leave();
        Assert.True(_queue.TryEnter(TimeSpan.Zero));
    }

    [Fact]
    public void Who_comes_again_and_again_does_not_keep_it_for_longer_than_a_quantum()
    {
        _queue.TryEnter(TimeSpan.Zero);
        using Visitor visitor = new(_queue);
        int times = 0;
        do
        {
            _clock.Advance(WriteQueue.Quantum / 10);
            _queue.Exit();
            times++;
        }
        while (_queue.TryEnter(TimeSpan.Zero));

        Assert.InRange(times, 1, 10);
        visitor.WaitUntilIn();
    }

    [Fact]
    public void Whose_time_is_over_is_forgotten()
    {
        _queue.TryEnter(TimeSpan.Zero);
        Assert.False(_queue.TryEnter(TimeSpan.FromTicks(1)));
        _clock.Advance(WriteQueue.Quantum);
        _queue.Exit();
        Assert.True(_queue.TryEnter(TimeSpan.Zero));
    }

    [Fact]
    public void Who_is_interrupted_is_forgotten_and_the_next_goes_in()
    {
        _queue.TryEnter(TimeSpan.Zero);
        using Visitor first = new(_queue);
        using Visitor second = new(_queue);
        first.Interrupt();
        _clock.Advance(WriteQueue.Quantum);
        _queue.Exit();
        second.WaitUntilIn();
    }

    /// <summary>A thread that waits to go in, and stays in until it is told to leave.</summary>
    private sealed class Visitor : IDisposable
    {
        private readonly ManualResetEventSlim _isIn = new();
        private readonly ManualResetEventSlim _leave = new();
        private readonly Thread _thread;

        internal Visitor(WriteQueue queue)
        {
            _thread = new Thread(() => Visit(queue));
            _thread.Start();

            // The queue's own lock is free, so that it can sleep only in the queue.
            Assert.True(SpinWait.SpinUntil(() => _thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Long));
        }

        internal void WaitUntilIn() => Assert.True(_isIn.Wait(Long, TestContext.Current.CancellationToken));

        internal void Leave()
        {
            _leave.Set();
            _thread.Join();
        }

        internal void Interrupt()
        {
            _thread.Interrupt();
            _thread.Join();
        }

        public void Dispose()
        {
            Leave();
            _isIn.Dispose();
            _leave.Dispose();
        }

        private void Visit(WriteQueue queue)
        {
            try
            {
                if (queue.TryEnter(Long))
                {
                    _isIn.Set();
                    _leave.Wait();
                    queue.Exit();
                }
            }
            catch (ThreadInterruptedException)
            {
                // As the test wants it.
            }
        }
    }
}
