using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// Decides how much of the change log a transaction drops: in steps, so that most transactions drop nothing, and none spends
/// long on it.
/// </summary>
internal static class ChangeLogPruning
{
    /// <summary>The fewest changes worth dropping.</summary>
    internal const long Step = 1000;

    /// <summary>The last change to drop, or the present <see cref="Meta.PrunedThrough"/> if none.</summary>
    /// <param name="meta">The store with the transaction's own changes.</param>
    /// <param name="changes">How many changes the transaction made.</param>
    internal static long Through(Meta meta, long changes)
    {
        long excess = meta.Sequence - meta.PrunedThrough - ChangeLogRetention.ChangesToKeep(meta.Entries);
        return excess < Step ? meta.PrunedThrough : meta.PrunedThrough + Math.Min(excess, Step + (2 * changes));
    }
}
