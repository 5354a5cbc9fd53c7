namespace LlmSpell.Bench;

/// <summary>One bar of a <see cref="BarChart"/>.</summary>
internal sealed record Bar(string Label, double Value, double Least, double Most, ToolKind Kind);
