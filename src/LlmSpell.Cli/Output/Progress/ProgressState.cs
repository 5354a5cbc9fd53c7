namespace LlmSpell.Cli.Output.Progress;

/// <summary>One moment of something that runs.</summary>
/// <param name="Label">What is going on.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Done">How many so far.</param>
/// <param name="Total">How many there are; null if nobody knows.</param>
/// <param name="Elapsed">Since its start.</param>
internal readonly record struct ProgressState(string Label, ProgressUnit Unit, long Done, long? Total, TimeSpan Elapsed)
{
    /// <summary>From 0 to 1; null without a total.</summary>
    public double? Fraction => Total is > 0 and { } total ? Math.Clamp((double)Done / total, 0, 1) : null;

    /// <summary>How many a second, on average.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>At the average rate; null where that says nothing yet.</summary>
    public TimeSpan? Left => Total is { } total && Rate > 0
        ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, total - Done) / Rate, TimeSpan.FromDays(99).TotalSeconds)) : null;
}
