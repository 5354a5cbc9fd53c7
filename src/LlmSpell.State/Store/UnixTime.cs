namespace LlmSpell.State;

/// <summary>Moments as the formats keep them: microseconds since the Unix epoch, UTC.</summary>
internal static class UnixTime
{
    /// <summary>9999-12-31T23:59:59.999999Z, the last moment that .NET can tell. The first is the epoch.</summary>
    internal const long Last = 253_402_300_799_999_999;

    /// <summary>The first moment that .NET can tell.</summary>
    internal static readonly long Earliest = Microseconds(DateTimeOffset.MinValue);

    internal static long Microseconds(TimeProvider clock) => OfClock(clock.GetUtcNow());

    /// <summary>What a clock says, in the range that backups can keep: one that is wrong by decades may say a moment before the epoch, which counts as the epoch.</summary>
    internal static long OfClock(DateTimeOffset moment) => Math.Max(0, Microseconds(moment));

    internal static long Microseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>What is wrong with the time of an entry, as the rest of a sentence, or null.</summary>
    internal static string? Problem(long microseconds) =>
        microseconds is < 0 or > Last ? $"has the time {microseconds}; 0 to {Last} microseconds since 1970 are allowed" : null;

    /// <summary>The moment; of one that is none, as of a damaged file, the nearest that is.</summary>
    internal static DateTimeOffset ToMoment(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(Math.Clamp(microseconds, Earliest, Last) * TimeSpan.TicksPerMicrosecond);
}
