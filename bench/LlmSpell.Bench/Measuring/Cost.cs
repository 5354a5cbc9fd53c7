namespace LlmSpell.Bench;

/// <summary>What one run of one operation took.</summary>
/// <param name="WallSeconds">From its start to its end.</param>
/// <param name="ProcessorSeconds">User and system time of all processes that work for it.</param>
/// <param name="PeakBytes">The most memory that was resident for it at one time.</param>
/// <param name="Bytes">What it added to the place that holds the backups; 0 where it writes none.</param>
internal sealed record Cost(double WallSeconds, double ProcessorSeconds, long PeakBytes, long Bytes = 0)
{
    /// <summary>One after the other. The bytes are the second's: what the first wrote was only on its way.</summary>
    internal Cost Then(Cost next) => new(
        WallSeconds + next.WallSeconds, ProcessorSeconds + next.ProcessorSeconds, Math.Max(PeakBytes, next.PeakBytes), next.Bytes);
}
