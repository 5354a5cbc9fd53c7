using System.Diagnostics;

namespace LlmSpell.Bench;

/// <summary>Measures the runs of one step, which may be several with other things between them, on one store.</summary>
internal sealed class StepClock
{
    private const double IdleShare = 0.1;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(2);

    private readonly Subject _subject;
    private readonly long _baselineBytes;
    private double _seconds;
    private double _processor;

    /// <param name="subject">The store.</param>
    /// <param name="baselineBytes">What was resident before it was opened.</param>
    internal StepClock(Subject subject, long baselineBytes)
    {
        _subject = subject;
        _baselineBytes = baselineBytes;
        PeakMemory.Shrink();
        PeakMemory.Reset();
    }

    internal void Run(Action run)
    {
        double processor = _subject.ProcessorSeconds;
        long started = Stopwatch.GetTimestamp();
        run();
        _seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        _processor += _subject.ProcessorSeconds - processor;
    }

    /// <summary>Waits until the store has ended what it does on its own, such as compaction, so that the next step is not disturbed.</summary>
    /// <param name="operations">How many operations the runs were, together.</param>
    internal StepSample Finish(long operations)
    {
        Settle();
        return Sample(operations);
    }

    /// <summary>The same for runs that only wrote: what the store does on its own was made necessary by them, and its processor time counts too.</summary>
    internal StepSample FinishWriting(long operations)
    {
        _processor += Settle();
        return Sample(operations);
    }

    private StepSample Sample(long operations) =>
        new(_seconds / operations, _processor / operations, Math.Max(0, _subject.PeakBytes - _baselineBytes));

    private double Settle()
    {
        double before = _subject.ProcessorSeconds;
        long started = Stopwatch.GetTimestamp();
        double last;
        double now = before;
        do
        {
            last = now;
            Thread.Sleep(Glance);
            now = _subject.ProcessorSeconds;
        }
        while (now - last > IdleShare * Glance.TotalSeconds && Stopwatch.GetElapsedTime(started) < SettleLimit);
        return now - before;
    }
}
