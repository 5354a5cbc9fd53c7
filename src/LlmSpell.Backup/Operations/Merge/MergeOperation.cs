using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Backup;

/// <summary>
/// Plans a merge and carries it out: one new layer that equals several old ones, without reading the store. It is proved before
/// it counts. No old file changes; a merge that fails leaves nothing behind but what the next sweep removes.
/// </summary>
internal sealed class MergeOperation(IRepositoryStorage storage, BackupOptions options)
{
    private readonly MergePlanning _planning = new(storage, options.MergeLimits);

    /// <summary>The caller holds the lock on the layers, shared.</summary>
    /// <param name="recorded">What the backup would be without a merge.</param>
    /// <param name="cancellationToken">Ends the merging.</param>
    /// <returns>The backup's layers; or why there are none, so that the caller can do without: whatever is damaged or fails here
    /// must not keep a backup from being made.</returns>
    internal async Task<MergeOutcome> RunAsync(RecordedSnapshot recorded, CancellationToken cancellationToken)
    {
        List<MergeSource> sources = [];
        try
        {
            MergePlan plan = await Task.Run(
                () => _planning.PlanAsync(recorded, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (!plan.IsNeeded)
            {
                return MergeOutcome.Of(plan.Kept);
            }

            await OpenAsync(plan.Merged, sources, cancellationToken).ConfigureAwait(false);
            return await MergeAsync(plan, recorded.Id, StateSum.Of(recorded.Status), sources, cancellationToken).ConfigureAwait(false);
        }
        catch (StateStorageException e) when (FullDisk.IsReason(e.InnerException ?? e) && recorded.Layers.Count <= options.MergeLimits.MaxLayers)
        {
            // What was recorded has found room; a full needs more of it.
            return MergeOutcome.Of(recorded.Layers);
        }
        catch (StateException e)
        {
            return MergeOutcome.Failed($"its layers could not be merged: {e.Message}");
        }
        finally
        {
            foreach (MergeSource source in sources)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task OpenAsync(IReadOnlyList<ManifestLayer> layers, List<MergeSource> sources, CancellationToken cancellationToken)
    {
        // One layer is mostly by far the largest; reading far ahead in all of them would only take memory.
        ManifestLayer largest = layers.MaxBy(static layer => layer.RawBytes)!;
        foreach (ManifestLayer layer in layers)
        {
            int depth = layer == largest ? LayerReader.DefaultDepth : 1;
            bool keepStored = layer.Codec == options.Codec;
            sources.Add(await MergeSource.OpenAsync(storage, layer, depth, keepStored, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<MergeOutcome> MergeAsync(
        MergePlan plan, BackupId id, StateSum state, List<MergeSource> sources, CancellationToken cancellationToken)
    {
        LayerWriter writer = await LayerWriter.BeginAsync(
            storage, LayerId.New(), options.Codec, options.CompressionLevel, cancellationToken).ConfigureAwait(false);
        options.Meter?.Begin(
            BackupStage.Merging, plan.Merged.Sum(static layer => layer.Records), plan.Merged.Sum(static layer => layer.RawBytes));
        writer.Meter = options.Meter;
        await using PendingLayer pending = new(writer);
        MergeOutput output = new(writer, keepTombstones: !plan.IsWhole, options.MergeLimits.MinCopiedBytes);
        // Adding a record may wait for blocks to be compressed; the caller's thread may be one that must not be held.
        MergeSums sums = await Task.Run(() => LayerMerge.RunAsync(sources, output, cancellationToken), cancellationToken).ConfigureAwait(false);
        await writer.FinishBlocksAsync(cancellationToken).ConfigureAwait(false);
        if (ProblemOf(plan, sums, pending.Sum, state) is { } problem)
        {
            return MergeOutcome.Failed(problem);
        }

        ManifestLayer? layer = await pending.CompleteAsync(id, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ManifestLayer> layers = layer is null ? plan.Kept : [.. plan.Kept, layer];
        return MergeOutcome.Of(layers, layer, plan.Merged.Count);
    }

    private static string? ProblemOf(MergePlan plan, MergeSums sums, StateSum written, StateSum state)
    {
        string layers = $"{plan.Merged.Count} layers from {plan.Merged[0].Id} to {plan.Merged[^1].Id}";
        return !sums.Balance
            ? $"merging {layers} lost or doubled a record: {sums.Read.Records} were read, {sums.LeftOut.Records} left out, {sums.Written.Records} written"
            : plan.IsWhole && written != state
            ? $"the {layers} merge to {written.Entries} entries with fingerprint {written.Fingerprint}, but the state has {state.Entries} with {state.Fingerprint}"
            : null;
    }
}
