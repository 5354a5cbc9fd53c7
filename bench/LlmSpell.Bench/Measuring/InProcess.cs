using System.Diagnostics;

namespace LlmSpell.Bench;

/// <summary>Measures a call in this process: its memory is the peak beyond what was resident before it.</summary>
internal static class InProcess
{
    internal static Cost Measure(Action run)
    {
        PeakMemory.Reset();
        long resident = PeakMemory.ReadResidentBytes();
        TimeSpan processor = ProcessorTime.Own;
        long started = Stopwatch.GetTimestamp();
        run();
        TimeSpan wall = Stopwatch.GetElapsedTime(started);
        processor = ProcessorTime.Own - processor;
        return new Cost(wall.TotalSeconds, processor.TotalSeconds, Math.Max(0, PeakMemory.ReadBytes() - resident));
    }
}
