namespace LlmSpell.Bench;

/// <summary>All rounds of one operation of one tool.</summary>
internal sealed record Measurement(string Tool, ToolKind Kind, bool RestoresByCopying, Operation Operation, IReadOnlyList<Cost> Rounds)
{
    public double WallSeconds => Median.Of(Rounds.Select(static cost => cost.WallSeconds));

    public double MinWallSeconds => Rounds.Min(static cost => cost.WallSeconds);

    public double MaxWallSeconds => Rounds.Max(static cost => cost.WallSeconds);

    public double ProcessorSeconds => Median.Of(Rounds.Select(static cost => cost.ProcessorSeconds));

    public double PeakBytes => Median.Of(Rounds.Select(static cost => (double)cost.PeakBytes));

    public double Bytes => Median.Of(Rounds.Select(static cost => (double)cost.Bytes));
}
