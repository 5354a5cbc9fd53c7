namespace LlmSpell.State;

/// <summary>Moments as the formats keep them: microseconds since the Unix epoch, UTC.</summary>
internal static class UnixTime
{
    private static readonly long Earliest = Microseconds(DateTimeOffset.MinValue);
    private static readonly long Latest = Microseconds(DateTimeOffset.MaxValue);

    internal static long Microseconds(TimeProvider clock) => OfClock(clock.GetUtcNow());

    /// <summary>What a clock says, in the range that backups can keep: one that is wrong by decades may say a moment before the epoch, which counts as the epoch.</summary>
    internal static long OfClock(DateTimeOffset moment) => Math.Max(0, Microseconds(moment));

    internal static long Microseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The moment; of one outside of the years 1 to 9999, which the formats can keep, the nearest within.</summary>
    internal static DateTimeOffset ToMoment(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(microseconds, Earliest, Latest) * TimeSpan.TicksPerMicrosecond);
}
