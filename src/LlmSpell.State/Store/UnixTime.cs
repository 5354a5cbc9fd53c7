namespace LlmSpell.State;

/// <summary>Moments as the formats keep them: microseconds since the Unix epoch, UTC.</summary>
internal static class UnixTime
{
    internal static long Microseconds(TimeProvider clock) => Microseconds(clock.GetUtcNow());

    internal static long Microseconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    internal static DateTimeOffset ToMoment(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
