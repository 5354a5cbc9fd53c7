namespace LlmSpell.Backup;

/// <summary>How many entries differ between two states. Immutable.</summary>
/// <param name="Added">Entries that only the later state has.</param>
/// <param name="Changed">Entries whose values differ.</param>
/// <param name="Removed">Entries that only the earlier state has.</param>
/// <param name="Unchanged">Entries that are the same.</param>
public sealed record DifferenceCounts(long Added, long Changed, long Removed, long Unchanged)
{
    /// <summary>How many entries differ.</summary>
    public long Total => Added + Changed + Removed;
}
