using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Takes one backup: records and proves a snapshot, merges layers where there would be too many, and publishes. A backup that does
/// not add up to what the store says of itself is never published; whatever stops it leaves nothing behind but what the next sweep
/// removes.
/// </summary>
internal sealed class CreateOperation(BackupRepository repository, BackupOptions options)
{
    private readonly SnapshotRecorder _recorder = new(repository, options);
    private readonly MergeOperation _merge = new(repository.Storage, options);

    /// <summary>The caller holds the lock on the layers, shared.</summary>
    internal async Task<CreatedBackup> RunAsync(StateStore store, CreateOrder order, CancellationToken cancellationToken)
    {
        long started = options.TimeProvider.GetTimestamp();
        await using UnpublishedLayers written = new(repository.Storage);
        RecordedSnapshot recorded = await _recorder.RecordAsync(store, order, cancellationToken).ConfigureAwait(false);
        written.Add(recorded.Layer);

        MergeOutcome merged = await _merge.RunAsync(recorded, cancellationToken).ConfigureAwait(false);
        written.Add(merged.Written);
        if (order.IsSafety && merged.Problem is null && await FindDamageAsync(merged.Layers, recorded.Id, order, cancellationToken).ConfigureAwait(false) is { } damage)
        {
            merged = MergeOutcome.Failed(damage.Message);
        }

        if (merged.Problem is { } problem)
        {
            // Of what the layers hold nothing is certain any more; the store still has it all.
            await written.DiscardAsync().ConfigureAwait(false);
            string reason = $"it could not build on {recorded.Plan.Parent?.Id}: {problem}";
            recorded = await _recorder.RecordAsync(store, order with { FullBecause = reason }, cancellationToken).ConfigureAwait(false);
            written.Add(recorded.Layer);
            merged = MergeOutcome.Of(recorded.Layers);
        }

        await RefuseLostAsync(merged.Layers, cancellationToken).ConfigureAwait(false);

        // The last word to whoever watches: an exception from there must not look as if no backup had been made.
        options.Meter?.End();
        BackupSummary published = await PublishAsync(recorded, merged.Layers, order, started, written, cancellationToken).ConfigureAwait(false);
        return new CreatedBackup(published, merged.MergedLayers);
    }

    /// <summary>
    /// What is wrong with the layers that a safety backup builds on; null if nothing is. What it was taken of is about to go: afterwards nobody could make a full of it.
    /// </summary>
    private async Task<BackupDamagedException?> FindDamageAsync(
        IReadOnlyList<ManifestLayer> layers, BackupId own, CreateOrder order, CancellationToken cancellationToken)
    {
        ManifestLayer[] older = [.. layers.Where(layer => layer.CreatedBy != own && !order.Verified.Contains(layer))];
        if (older.Length > 0)
        {
            options.Meter?.Begin(BackupStage.Hashing, totalBytes: older.Sum(static layer => layer.DataBytes));
        }

        BackupDamagedException? first = null;
        foreach (ManifestLayer layer in older.TakeWhile(_ => first is null))
        {
            await LayerVerifier.VerifyBytesAsync(
                repository.Storage, layer, damage => first ??= damage, options.Meter, cancellationToken).ConfigureAwait(false);
        }

        return first;
    }

    // The lock keeps our own sweeps away, but only as long as nobody deletes its file, and no other program at all.
    private async Task RefuseLostAsync(IReadOnlyList<ManifestLayer> layers, CancellationToken cancellationToken)
    {
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);
        if (layers.SelectMany(files.FindDamage).FirstOrDefault() is { } lost)
        {
            throw new BackupDamagedException(
                lost.File,
                $"{lost.Problem}: something deleted or changed it while the backup was made, so none was made",
                hint: "Only llmspell may delete files of the repository, and nobody the file lock. Then try again.",
                inner: lost);
        }
    }

    private async Task<BackupSummary> PublishAsync(
        RecordedSnapshot recorded,
        IReadOnlyList<ManifestLayer> layers,
        CreateOrder order,
        long started,
        UnpublishedLayers written,
        CancellationToken cancellationToken)
    {
        try
        {
            BackupSummary published = await repository.PublishAsync(
                ordinal => new BackupManifest
                {
                    Id = recorded.Id,
                    Ordinal = ordinal,
                    Kind = recorded.Plan.Kind,
                    IsSafety = order.IsSafety,
                    Parent = recorded.Plan.Parent?.Id,
                    Reason = recorded.Plan.Reason,
                    Store = recorded.Status.Store,
                    Lineage = recorded.Status.Lineage,
                    Version = recorded.Status.Version,
                    Entries = recorded.Status.Entries,
                    Fingerprint = recorded.Status.Fingerprint,
                    CreatedAt = UnixTime.OfClock(recorded.Moment),
                    Duration = (long)options.TimeProvider.GetElapsedTime(started).TotalMicroseconds,
                    Description = order.Description,
                    Labels = order.Labels,
                    Tool = ToolVersion.Text,
                    Layers = layers,
                },
                cancellationToken).ConfigureAwait(false);
            written.Keep(layers);
            return published;
        }
        catch (Exception e)
        {
            if (await MayBePublishedAsync(recorded.Id, e).ConfigureAwait(false))
            {
                written.Keep(layers);
            }

            throw;
        }
    }

    /// <summary>Whether a manifest may be there although publishing it failed; then its layers are part of a backup.</summary>
    private async Task<bool> MayBePublishedAsync(BackupId id, Exception exception)
    {
        // After a failed flush the manifest may appear later.
        if (exception is StateStorageException { OutcomeUnknown: true })
        {
            return true;
        }

        try
        {
            IRepositoryFile? manifest = await repository.Storage.OpenAsync(RepositoryPaths.Manifest(id), CancellationToken.None).ConfigureAwait(false);
            if (manifest is not null)
            {
                await manifest.DisposeAsync().ConfigureAwait(false);
            }

            return manifest is not null;
        }
        catch (StateException)
        {
            return true;
        }
    }
}
