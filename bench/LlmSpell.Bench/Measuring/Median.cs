namespace LlmSpell.Bench;

/// <summary>Medians of a few measurements.</summary>
internal static class Median
{
    /// <summary>The middle one; of an even number the mean of the two in the middle.</summary>
    internal static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("There is no median of nothing.", nameof(values))
            : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
