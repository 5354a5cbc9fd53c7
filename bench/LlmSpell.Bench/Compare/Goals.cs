namespace LlmSpell.Bench;

/// <summary>Holds a run against what a full backup, an incremental and a verify must reach beside the others in the same run. Wall time, medians.</summary>
internal static class Goals
{
    private const double TenthOfPercentSeconds = 0.015;
    private const double PercentSeconds = 0.080;

    internal static IReadOnlyList<Goal> Of(CompareResult result) =>
    [
        AtMost(result, Operation.Full, result.Ours, "zstd of a flat file", 1),
        TimesFaster(result, Operation.Full, ".backup + zstd", 3),
        TimesFaster(result, Operation.Full, "restic", 3.5),
        TimesFaster(result, Operation.Full, "redis BGSAVE", 5),
        Within(result, Operation.AfterTenthOfPercent, TenthOfPercentSeconds),
        Within(result, Operation.AfterPercent, PercentSeconds),
        AtMost(result, Operation.Verify, result.Library, "libzstd alone", 1.5),
        TimesFaster(result, Operation.Verify, "restic", 7),
    ];

    private static Goal AtMost(CompareResult result, Operation operation, string ours, string other, double limit)
    {
        string time = limit == 1 ? "the time" : $"{Figures.Short(limit)} times the time";
        return Compare($"{operation.Title()}: {ours} takes at most {time} of {other}", result.Find(ours, operation), result.Find(other, operation), ratio => ratio <= limit);
    }

    private static Goal TimesFaster(CompareResult result, Operation operation, string other, double times) => Compare(
        $"{operation.Title()}: {result.Ours} is at least {Figures.Short(times)} times as fast as {other}",
        result.Find(other, operation),
        result.Find(result.Ours, operation),
        ratio => ratio >= times);

    private static Goal Within(CompareResult result, Operation operation, double seconds)
    {
        Measurement own = result.Find(result.Library, operation)!;
        return new Goal(
            $"{operation.Title()}: {result.Library} takes at most {seconds * 1000:0} ms",
            Figures.Seconds(own.WallSeconds),
            Figures.Seconds(own.ProcessorSeconds),
            own.WallSeconds <= seconds);
    }

    private static Goal Compare(string wanted, Measurement? left, Measurement? right, Func<double, bool> isMet)
    {
        if (left is null || right is null)
        {
            return new Goal(wanted, null, null, Met: false);
        }

        double ratio = left.WallSeconds / right.WallSeconds;
        return new Goal(wanted, Times(ratio), Times(left.ProcessorSeconds / right.ProcessorSeconds), isMet(ratio));
    }

    private static string Times(double ratio) => Figures.Digits(ratio) + " times";
}
