namespace LlmSpell.Backup;

/// <summary>
/// Merges layers into one in a single pass over their records in the order of keys, where the newest record of a key wins. A block
/// in whose key range no other layer has a record is not compressed again. Memory does not grow with the layers.
/// </summary>
internal static class LayerMerge
{
    /// <param name="sources">The layers, oldest first. They stay the caller's.</param>
    /// <param name="output">Takes what is left.</param>
    /// <param name="cancellationToken">Ends the merging.</param>
    /// <returns>The account, to be checked before the new layer is used.</returns>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    internal static async Task<MergeSums> RunAsync(IReadOnlyList<MergeSource> sources, MergeOutput output, CancellationToken cancellationToken)
    {
        LayerHeap heap = new(sources.Select(static source => source.Reader));
        while (!heap.IsEmpty)
        {
            MergeSource top = sources[heap.Top];
            if (top.IsAtBlockStart)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await top.LoadAsync(cancellationToken).ConfigureAwait(false);
                if (output.Takes(top) && (heap.Second is not { } second || top.BlockEndsBefore(sources[second])))
                {
                    output.Copy(top);
                    heap.MoveTop(top.Block.Records.Length);
                    continue;
                }
            }

            output.Write(top);
            // The older ones go first: the newest one's key is what they are compared with.
            while (heap.OlderAtSameKey is { } place)
            {
                if (place >= heap.Top)
                {
                    throw new InvalidOperationException("An older record would win over a newer one.");
                }

                MergeSource older = sources[place];
                await older.LoadAsync(cancellationToken).ConfigureAwait(false);
                output.LeaveOut(older);
                heap.StepOlder();
            }

            heap.MoveTop(top.Record + 1);
        }

        return output.SumsWith(sources.Aggregate(default(RecordSum), static (sum, source) => sum.With(source.Read)));
    }
}
