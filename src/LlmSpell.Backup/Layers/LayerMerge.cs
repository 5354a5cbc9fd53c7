namespace LlmSpell.Backup;

/// <summary>
/// Merges layers into one in a single pass over their records in the order of keys, where the newest record of a key wins. A block
/// in whose key range no other layer has a record is not compressed again. Memory does not grow with the layers.
/// </summary>
internal static class LayerMerge
{
    /// <param name="sources">The layers, in any order; their ages tell which wins. They stay the caller's.</param>
    /// <param name="output">Takes what is left.</param>
    /// <param name="cancellationToken">Ends the merging.</param>
    /// <returns>The account, to be checked before the new layer is used.</returns>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    internal static async Task<MergeSums> RunAsync(IReadOnlyList<MergeSource> sources, MergeOutput output, CancellationToken cancellationToken)
    {
        MergeHeap heap = new(sources);
        while (!heap.IsEmpty)
        {
            MergeSource top = heap.Top;
            if (top.IsAtBlockStart)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await top.LoadAsync(cancellationToken).ConfigureAwait(false);
                if (output.Takes(top) && heap.OthersAreBeyond(top.LastScopeOfBlock, top.LastKeyOfBlock))
                {
                    output.Copy(top);
                    heap.StepTopOverBlock();
                    continue;
                }
            }

            output.Write(top);
            // The older ones go first: the newest one's key is what they are compared with.
            while (heap.OlderAtSameKey() is { } older)
            {
                if (older.Age >= top.Age)
                {
                    throw new InvalidOperationException("An older record would win over a newer one.");
                }

                await older.LoadAsync(cancellationToken).ConfigureAwait(false);
                output.LeaveOut(older);
                heap.StepOlder();
            }

            heap.StepTop();
        }

        return output.SumsWith(sources.Aggregate(default(RecordSum), static (sum, source) => sum.With(source.Read)));
    }
}
