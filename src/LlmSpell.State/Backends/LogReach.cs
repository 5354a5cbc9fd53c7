namespace LlmSpell.State;

/// <summary>Compares a version with a change log of which the oldest part is gone.</summary>
internal static class LogReach
{
    /// <param name="sequence">The version.</param>
    /// <param name="prunedThrough">The last change that is gone.</param>
    /// <param name="last">The last change.</param>
    internal static ChangeLogReach Of(long sequence, long prunedThrough, long last) =>
        sequence < prunedThrough ? ChangeLogReach.Pruned
        : sequence > last ? ChangeLogReach.Ahead
        : ChangeLogReach.Complete;
}
