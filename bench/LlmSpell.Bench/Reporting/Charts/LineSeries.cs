namespace LlmSpell.Bench;

/// <summary>One line of a <see cref="LogChart"/>.</summary>
internal sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
