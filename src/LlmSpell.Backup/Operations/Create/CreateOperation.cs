using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Takes one backup: snapshot, plan, layer, proof, publication. A backup that does not add up to what the store says of itself
/// is never published; whatever stops it leaves nothing behind but what the next sweep removes.
/// </summary>
internal sealed class CreateOperation(BackupRepository repository, BackupOptions options)
{
    /// <summary>The caller holds the lock on the layers, shared.</summary>
    internal async Task<BackupSummary> RunAsync(StateStore store, CreateOrder order, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackupManifest> backups = await ReadableBackupsAsync(cancellationToken).ConfigureAwait(false);
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);

        long started = options.TimeProvider.GetTimestamp();
        DateTimeOffset moment = options.TimeProvider.GetUtcNow();
        BackupId id = BackupId.New(moment);
        StoreStatus status;
        CreatePlan plan;
        ManifestLayer? layer;
        using (IStateSnapshot snapshot = store.OpenSnapshot())
        {
            // What a backup holds must not be lost by the store it was taken of.
            store.Flush();
            status = snapshot.Status;
            plan = order.FullBecause is { } reason
                ? CreatePlan.Full(reason)
                : CreatePlanner.Plan(order.Incremental, options, snapshot, backups, files);
            (plan, layer) = await WriteAsync(store, snapshot, plan, id, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            BackupManifest manifest = await repository.PublishAsync(
                ordinal => new BackupManifest
                {
                    Id = id,
                    Ordinal = ordinal,
                    Kind = plan.Kind,
                    IsSafety = order.IsSafety,
                    Parent = plan.Parent?.Id,
                    Reason = plan.Reason,
                    Store = status.Store,
                    Lineage = status.Lineage,
                    Version = status.Version,
                    Entries = status.Entries,
                    Fingerprint = status.Fingerprint,
                    CreatedAt = UnixTime.Microseconds(moment),
                    Duration = (long)options.TimeProvider.GetElapsedTime(started).TotalMicroseconds,
                    Description = order.Description,
                    Tool = ToolVersion.Text,
                    Layers = layer is null ? plan.Parent?.Layers ?? [] : [.. plan.Parent?.Layers ?? [], layer],
                },
                cancellationToken).ConfigureAwait(false);
            return new BackupSummary(manifest, ManifestJson.Write(manifest).Length);
        }
        catch (Exception e) when (layer is not null && !MayBePublished(e))
        {
            await DiscardAsync(id, layer).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(CreatePlan Plan, ManifestLayer? Layer)> WriteAsync(
        StateStore store, IStateSnapshot snapshot, CreatePlan plan, BackupId id, CancellationToken cancellationToken)
    {
        if (plan.Parent is { } parent)
        {
            ChangesRecorder changes = new(snapshot, plan.Since, parent);
            await using PendingLayer pending = await WriteLayerAsync(changes.Write, cancellationToken).ConfigureAwait(false);
            StateSum sum = changes.Unchanged;
            sum.Add(pending.Sum);
            if (sum == StateSum.Of(snapshot.Status))
            {
                return (plan, await pending.CompleteAsync(id, cancellationToken).ConfigureAwait(false));
            }

            plan = CreatePlan.Full(
                $"the store is not what {parent.Id} and the changes since add up to: an older copy of it was put in place, or another tool changed it");
        }

        EntriesRecorder entries = new(snapshot);
        await using PendingLayer whole = await WriteLayerAsync(entries.Write, cancellationToken).ConfigureAwait(false);
        return whole.Sum == StateSum.Of(snapshot.Status)
            ? (plan, await whole.CompleteAsync(id, cancellationToken).ConfigureAwait(false))
            : throw NotWhatItSays(store, whole.Sum, snapshot.Status);
    }

    private async Task<PendingLayer> WriteLayerAsync(Action<LayerWriter, CancellationToken> write, CancellationToken cancellationToken)
    {
        LayerWriter writer = await LayerWriter.BeginAsync(
            repository.Storage, LayerId.New(), options.Codec, options.CompressionLevel, cancellationToken).ConfigureAwait(false);
        PendingLayer pending = new(writer);
        try
        {
            // The embedded stores are synchronous; the caller's thread may be one that must not be held.
            await Task.Run(() => write(writer, cancellationToken), cancellationToken).ConfigureAwait(false);
            await writer.FinishBlocksAsync(cancellationToken).ConfigureAwait(false);
            return pending;
        }
        catch
        {
            await pending.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>After a failed flush the manifest may be there all the same, and needs its layer.</summary>
    private static bool MayBePublished(Exception exception) => exception is StateStorageException { OutcomeUnknown: true };

    private async Task DiscardAsync(BackupId id, ManifestLayer layer)
    {
        try
        {
            // The storage may have published the manifest and failed after that; then the layer is part of a backup.
            IRepositoryFile? manifest = await repository.Storage.OpenAsync(RepositoryPaths.Manifest(id), CancellationToken.None).ConfigureAwait(false);
            if (manifest is not null)
            {
                await manifest.DisposeAsync().ConfigureAwait(false);
                return;
            }

            string[] files = [RepositoryPaths.LayerData(layer.Id, layer.Codec), RepositoryPaths.LayerIndex(layer.Id)];
            await repository.Storage.DeleteAsync(files, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StateException)
        {
            // What led here is worth more than this; no manifest names the files, so the next sweep removes them.
        }
    }

    private async Task<IReadOnlyList<BackupManifest>> ReadableBackupsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(static entry => entry.Manifest).OfType<BackupManifest>()];
    }

    private static StateCorruptException NotWhatItSays(StateStore store, StateSum found, StoreStatus status) => new(
        $"The state in {store.Location} is not what its own records say: {found.Entries} entries with fingerprint {found.Fingerprint} " +
        $"were read, {status.Entries} with {status.Fingerprint} were expected. It is damaged, or another tool changed it. No backup was made.",
        "Its files were left as they are. Move them out of their folder, all together, then bring back the newest backup: llmspell backup restore latest.");
}
