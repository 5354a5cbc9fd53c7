namespace LlmSpell.Bench;

/// <summary>One operation at each size.</summary>
internal sealed record GrowthLine(string Name, GrowthShape Shape, IReadOnlyList<GrowthPoint> Points)
{
    // What starts and flushes a backup is the same at each size, and caches end somewhere between the sizes: the bounds leave room for that.
    private const double ProportionalLimit = 1.15;
    private const double FlatLimit = 0.4;

    /// <summary>The power of the number of entries with which the time grows from the first size to the last; null for a single size.</summary>
    public double? Exponent => Points.Count < 2
        ? null
        : Math.Log(Points[^1].Seconds / Points[0].Seconds) / Math.Log((double)Points[^1].Entries / Points[0].Entries);

    /// <summary>The same between the last two sizes.</summary>
    public double? LastExponent => Points.Count < 2
        ? null
        : Math.Log(Points[^1].Seconds / Points[^2].Seconds) / Math.Log((double)Points[^1].Entries / Points[^2].Entries);

    public bool GrowsAsItShould => (Exponent ?? 0) <= (Shape == GrowthShape.Flat ? FlatLimit : ProportionalLimit)
        && (LastExponent ?? 0) <= (Shape == GrowthShape.Flat ? FlatLimit : ProportionalLimit);
}

/// <summary>One operation at one size: the median of a few rounds, and the spread.</summary>
internal sealed record GrowthPoint(long Entries, double Seconds, double Least, double Most);
