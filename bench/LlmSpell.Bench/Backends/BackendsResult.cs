namespace LlmSpell.Bench;

/// <summary>All that one run of the comparison of backends found.</summary>
internal sealed record BackendsResult(
    RunInfo Run,
    int Entries,
    int Rounds,
    IReadOnlyList<ToolDescription> Stores,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<SubjectFill> Fills,
    IReadOnlyList<StepMeasurement> Measurements)
{
    /// <summary>Null if the store does not do that, or was left out.</summary>
    internal StepMeasurement? Find(string store, BackendStep step) => Measurements.FirstOrDefault(m => m.Store == store && m.Step == step);
}

/// <summary>How a store was filled, and what it took then.</summary>
/// <param name="Store">Which store.</param>
/// <param name="SecondsPerEntry">In transactions of 10,000.</param>
/// <param name="LogicalBytes">Of all scopes, keys and values.</param>
/// <param name="DiskBytes">Of its files, once closed; 0 if it has none.</param>
/// <param name="BaselineBytes">What was resident in its process before it was opened.</param>
/// <param name="PeakBytes">The most that was resident beyond that while it was filled.</param>
internal sealed record SubjectFill(string Store, double SecondsPerEntry, long LogicalBytes, long DiskBytes, long BaselineBytes, long PeakBytes);

/// <summary>One step of one store, all rounds; what it says of them are medians.</summary>
internal sealed record StepMeasurement(string Store, ToolKind Kind, BackendStep Step, IReadOnlyList<StepSample> Rounds)
{
    public double Seconds => Median.Of(Rounds.Select(static round => round.Seconds));

    public double MinSeconds => Rounds.Min(static round => round.Seconds);

    public double MaxSeconds => Rounds.Max(static round => round.Seconds);

    public double ProcessorSeconds => Median.Of(Rounds.Select(static round => round.ProcessorSeconds));

    /// <summary>Null where no single times were taken.</summary>
    public double? LongestInThousandSeconds =>
        Rounds[0].LongestInThousandSeconds is null ? null : Median.Of(Rounds.Select(static round => round.LongestInThousandSeconds!.Value));

    public long PeakBytes => Rounds.Max(static round => round.PeakBytes);
}

/// <summary>One round of a step.</summary>
/// <param name="Seconds">Wall time of one operation.</param>
/// <param name="ProcessorSeconds">Processor time of one operation, with what the store still does afterwards on its own.</param>
/// <param name="PeakBytes">The most that was resident beyond what was before the store was opened.</param>
/// <param name="LongestInThousandSeconds">The time that 99.9 % of the operations took at most; null if single times were not taken.</param>
internal sealed record StepSample(double Seconds, double ProcessorSeconds, long PeakBytes, double? LongestInThousandSeconds = null);
