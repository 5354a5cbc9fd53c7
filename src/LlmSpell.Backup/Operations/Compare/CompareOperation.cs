namespace LlmSpell.Backup;

/// <summary>Compares two states entry by entry, in memory that does not grow with them.</summary>
internal static class CompareOperation
{
    /// <summary>Takes over the sources.</summary>
    internal static async Task<DifferenceSummary> RunAsync(
        IEntrySource before, IEntrySource after, Action<EntryDifference>? each, CancellationToken cancellationToken)
    {
        await using (before.ConfigureAwait(false))
        await using (after.ConfigureAwait(false))
        {
            EntryComparison comparison = new(before, after);
            DifferenceCounter counter = new();
            while (await comparison.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                counter.Count(comparison);
                each?.Invoke(comparison.ToDifference());
            }

            return counter.Finish(comparison.Unchanged);
        }
    }
}
