namespace LlmSpell.Backup;

/// <summary>What a sweep did. Immutable.</summary>
/// <param name="Files">How many files it deleted.</param>
/// <param name="Bytes">How many bytes they had.</param>
/// <param name="Skipped">Why it left something for the next time, as a sentence without its end; null if it did not.</param>
internal sealed record SweepReport(int Files, long Bytes, string? Skipped);
