namespace LlmSpell.Bench;

/// <summary>All that one run of the comparison found.</summary>
internal sealed record CompareResult(
    RunInfo Run,
    int Entries,
    long LogicalBytes,
    double FillSeconds,
    int Rounds,
    IReadOnlyList<ToolDescription> Tools,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<Measurement> Measurements)
{
    /// <summary>What we show to the world: the program where it was measured, else the library.</summary>
    internal string Ours => Measurements.Last(static m => m.Kind == ToolKind.Ours).Tool;

    internal string Library => Measurements.First(static m => m.Kind == ToolKind.Ours).Tool;

    internal Measurement? Find(string tool, Operation operation) =>
        Measurements.FirstOrDefault(m => m.Tool == tool && m.Operation == operation);
}

/// <summary>What a tool runs.</summary>
internal sealed record ToolDescription(string Name, ToolKind Kind, string Runs);
