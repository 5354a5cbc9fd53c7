using System.Diagnostics;
using System.Numerics;

namespace LlmSpell.Bench;

/// <summary>
/// Counts times in classes that are each about 3 % wide, so that its memory does not grow with their number. Not thread-safe. A histogram of
/// logarithmic classes with linear ones inside, as HdrHistogram's: http://hdrhistogram.org.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int InnerBits = 5;
    private const int Inner = 1 << InnerBits;

    private readonly long[] _counts = new long[(64 - InnerBits + 1) * Inner];

    internal long Count { get; private set; }

    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    internal void Add(long ticks)
    {
        _counts[ClassOf(ticks)]++;
        Count++;
    }

    internal void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The time that this share of all took at most, in seconds; the upper end of its class.</summary>
    internal double SecondsAt(double share)
    {
        long before = (long)Math.Ceiling(share * Count);
        for (int i = 0; i < _counts.Length; i++)
        {
            before -= _counts[i];
            if (before <= 0)
            {
                return (double)EndOf(i) / Stopwatch.Frequency;
            }
        }

        throw new InvalidOperationException("No times were counted.");
    }

    private static int ClassOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - InnerBits);
        return (shift << InnerBits) + (int)(ticks >> shift);
    }

    // The inverse: classes from 32 on hold values whose highest six bits they are.
    private static long EndOf(int index)
    {
        int shift = Math.Max(0, (index >> InnerBits) - 1);
        return ((long)(index - (shift << InnerBits)) + 1) << shift;
    }
}
