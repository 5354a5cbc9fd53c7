using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Takes a snapshot, plans what to read of it, writes that into a layer, and proves it. The snapshot is held only while the store is read.
/// </summary>
internal sealed class SnapshotRecorder(BackupRepository repository, BackupOptions options)
{
    /// <exception cref="StateCorruptException">The whole store does not add up to what it says of itself.</exception>
    internal async Task<RecordedSnapshot> RecordAsync(StateStore store, CreateOrder order, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackupSummary> backups = await ReadableBackupsAsync(cancellationToken).ConfigureAwait(false);
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);

        DateTimeOffset moment = options.TimeProvider.GetUtcNow();
        BackupId id = BackupId.New(moment);
        using IStateSnapshot snapshot = store.OpenSnapshot();
        // What a backup holds must not be lost by the store it was taken of. The disk is at it while the snapshot is read.
        Task flushed = Task.Run(store.Flush, CancellationToken.None);
        try
        {
            CreatePlan plan = order.FullBecause is { } reason
                ? CreatePlan.Full(reason)
                : CreatePlanner.Plan(order.Incremental, options, snapshot, [.. backups.Select(static backup => backup.Manifest)], files);
            if (plan.Parent is { } parent && await KnownDamage.FindAsync(repository.Storage, parent, backups, cancellationToken).ConfigureAwait(false) is { } damage)
            {
                plan = CreatePlan.Full(damage);
            }

            (plan, ManifestLayer? layer) = await WriteAsync(store, snapshot, plan, id, cancellationToken).ConfigureAwait(false);
            return new RecordedSnapshot(id, moment, snapshot.Status, plan, layer);
        }
        finally
        {
            await flushed.ConfigureAwait(false);
        }
    }

    private async Task<(CreatePlan Plan, ManifestLayer? Layer)> WriteAsync(
        StateStore store, IStateSnapshot snapshot, CreatePlan plan, BackupId id, CancellationToken cancellationToken)
    {
        if (plan.Parent is { } parent)
        {
            options.Meter?.Begin(BackupStage.Writing);
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

        options.Meter?.Begin(BackupStage.Writing, totalEntries: snapshot.Status.Entries);
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
        writer.Meter = options.Meter;
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

    private async Task<IReadOnlyList<BackupSummary>> ReadableBackupsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(static entry => entry.Backup).OfType<BackupSummary>()];
    }

    private static StateCorruptException NotWhatItSays(StateStore store, StateSum found, StoreStatus status) => new(
        $"The state in {store.Location} is not what its own records say: {found.Entries} entries with fingerprint {found.Fingerprint} " +
        $"were read, {status.Entries} with {status.Fingerprint} were expected. It is damaged, or another tool changed it. No backup was made.",
        "`llmspell state check` names the entries that do not fit. After an edit that is right, `llmspell state check --accept` takes them as they are; " +
        "else `llmspell backup restore latest --replace-damaged` puts the state aside and brings the newest backup back.");
}
