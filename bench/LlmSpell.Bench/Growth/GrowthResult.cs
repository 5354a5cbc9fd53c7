namespace LlmSpell.Bench;

/// <summary>All that one run of the growth command found.</summary>
internal sealed record GrowthResult(RunInfo Run, int Rounds, IReadOnlyList<GrowthFill> Fills, IReadOnlyList<GrowthLine> Lines);

/// <summary>How long filling took, and how large the database became.</summary>
internal sealed record GrowthFill(long Entries, double Seconds, long LogicalBytes, long DatabaseBytes);
