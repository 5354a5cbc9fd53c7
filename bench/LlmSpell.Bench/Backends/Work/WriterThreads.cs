using System.Diagnostics;

namespace LlmSpell.Bench;

/// <summary>Threads of one process that save to the hot keys of one store as fast as they can, for a fixed time.</summary>
internal sealed class WriterThreads(Subject subject, WorkData data)
{
    // How far apart the writers begin, in keys and in values: whoever comes to a key that another has saved brings another value.
    private const int KeysApart = 1_237;
    private const int ValuesApart = 4_999;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    /// <summary>The times of all saves of the last run.</summary>
    internal LatencyHistogram Latencies { get; private set; } = new();

    /// <summary>Runs them; the threads and their connections are ready before the clock starts.</summary>
    internal void Run(int count, int position, StepClock clock)
    {
        ISession[] sessions = [.. Enumerable.Range(0, count).Select(_ => subject.Connect())];
        LatencyHistogram[] latencies = [.. sessions.Select(static _ => new LatencyHistogram())];
        Exception? failure = null;
        using Barrier start = new(count + 1);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                Save(sessions[i], position + (i * KeysApart), position + (i * ValuesApart), latencies[i]);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        clock.Run(() =>
        {
            start.SignalAndWait();
            Array.ForEach(threads, static thread => thread.Join());
        });
        Array.ForEach(sessions, static session => session.Dispose());
        if (failure is not null)
        {
            throw new ToolException($"A writer failed: {failure.Message}", failure);
        }

        Latencies = new LatencyHistogram();
        Array.ForEach(latencies, Latencies.Add);
    }

    private void Save(ISession session, int key, int value, LatencyHistogram latencies)
    {
        long before = Stopwatch.GetTimestamp();
        long end = before + (long)(Duration.TotalSeconds * Stopwatch.Frequency);
        for (int i = 0; before < end; i++)
        {
            session.Save(data.Hot(key + i, value + i));
            long after = Stopwatch.GetTimestamp();
            latencies.Add(after - before);
            before = after;
        }
    }
}
