using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Brings selected entries back in one transaction, which writes only what differs. Its write lock holds the state fast, so that a snapshot
/// beside it shows what is compared, and a safety backup what is about to be changed.
/// </summary>
internal sealed class PartialRestore(BackupRepository repository, BackupOptions options)
{
    /// <summary>The caller holds the lock on the layers, shared.</summary>
    internal async Task<RestoreResult> RunAsync(
        StateStore store, BackupSummary backup, RestoreRequest request, SafetyBackup safety, CancellationToken cancellationToken)
    {
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);
        RestoreOperation.RefuseDamaged(backup.Manifest, [.. backup.Manifest.Layers.SelectMany(files.FindDamage)]);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(store, backup, request, safety, cancellationToken).ConfigureAwait(false);
            }
            catch (StateConflictException) when (attempt < StateStore.MaxAttempts)
            {
            }
        }
    }

    private async Task<RestoreResult> RunOnceAsync(
        StateStore store, BackupSummary backup, RestoreRequest request, SafetyBackup safety, CancellationToken cancellationToken)
    {
        options.Meter?.Begin(BackupStage.Restoring);
        using StateTransaction transaction = store.BeginTransaction(cancellationToken);
        using IStateSnapshot snapshot = store.OpenSnapshot();
        StoreStatus present = snapshot.Status;
        BackupSummary? before = null;
        DifferenceCounter counter = new();
        StoreEntrySource now = new(snapshot, request.Selection);
        BackupEntrySource then = new(repository.Storage, backup.Manifest, request.Selection) { Meter = options.Meter };
        EntryComparison comparison = new(now, then);
        bool committing = false;
        try
        {
            await using (now.ConfigureAwait(false))
            await using (then.ConfigureAwait(false))
            {
                bool differs = false;
                while (await comparison.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (!differs)
                    {
                        // Where all is the same already, nothing is written and nothing need be kept.
                        differs = true;
                        before = await safety.TakeIfNeededAsync(store, present, backup.Id, verified: [], cancellationToken).ConfigureAwait(false);
                        if (before is not null)
                        {
                            options.Meter?.Begin(BackupStage.Restoring);
                        }
                    }

                    counter.Count(comparison);
                    StateKey key = StateKey.FromValidated(comparison.Scope, comparison.Key);
                    if (comparison.Kind == DifferenceKind.Removed)
                    {
                        transaction.Delete(key);
                    }
                    else
                    {
                        transaction.PutBytes(key, then.ModifiedAt, then.Value);
                    }
                }

                options.Meter?.End();
                cancellationToken.ThrowIfCancellationRequested();
                committing = true;
                transaction.Commit();
            }
        }
        catch (Exception e) when (e is StateConflictException || (!committing && SafetyBackup.IsNotNeededAfter(e)))
        {
            await safety.WithdrawAsync().ConfigureAwait(false);
            throw;
        }

        store.Flush();
        return new RestoreResult(backup, before, present.Entries) { Changes = counter.Finish(comparison.Unchanged) };
    }
}
