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

    /// <summary>Waits until the store has ended what it does on its own, such as compaction, whose processor time counts too.</summary>
    /// <param name="operations">How many operations the runs were, together.</param>
    internal StepSample Finish(long operations)
    {
        double before = _subject.ProcessorSeconds;
        long started = Stopwatch.GetTimestamp();
        double last = before;
        double now = before;
        do
        {
            last = now;
            Thread.Sleep(Glance);
            now = _subject.ProcessorSeconds;
        }
        while (now - last > IdleShare * Glance.TotalSeconds && Stopwatch.GetElapsedTime(started) < SettleLimit);
        return new StepSample(
            _seconds / operations, (_processor + now - before) / operations, Math.Max(0, _subject.PeakBytes - _baselineBytes));
    }
}
