using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Bringing a backup back.</content>
public sealed partial class BackupService
{
    /// <summary>Replaces the state by a backup's, all or nothing, after a safety backup of the present state.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged; the state is as it was.</exception>
    /// <exception cref="StateCorruptException">The present state is damaged, so that it can neither be kept nor be compared; it is as it was.</exception>
    /// <exception cref="StateConflictException">
    /// Selected entries: other transactions came first again and again, on a backend where that can happen.
    /// </exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">
    /// The repository or the store cannot be read or written; unless <see cref="StateStorageException.OutcomeUnknown"/>, or only the flush at the end
    /// failed, the state is as it was.
    /// </exception>
    /// <exception cref="StateBusyException">
    /// A cleanup, a repair or another publication went on for longer than <see cref="BackupOptions.BusyTimeout"/>, or a writer of the store for longer
    /// than the store waits.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the switch; the state is as it was, and the safety backup given up, if nobody has pinned it.</exception>
    public Task<RestoreResult> RestoreAsync(string id, CancellationToken cancellationToken) =>
        RestoreAsync(id, request: null, progress: null, cancellationToken);

    /// <summary>Brings a backup back, or selected entries of it, all or nothing, after a safety backup of the present state.</summary>
    /// <inheritdoc cref="RestoreAsync(string, CancellationToken)"/>
    /// <param name="id">The backup's id.</param>
    /// <param name="request">What of it, and how; null: all of it.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it before the switch; the state is then as it was.</param>
    public Task<RestoreResult> RestoreAsync(
        string id, RestoreRequest? request = null, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default) =>
        BackupTelemetry.MeasureAsync(
            "restore",
            _options.TimeProvider,
            () => RestoreMeteredAsync(id, request ?? new RestoreRequest(), Metered(progress), cancellationToken),
            OperationFacts.Of);

    /// <summary>What a restore would change now; changes nothing.</summary>
    /// <param name="id">The backup's id.</param>
    /// <param name="request">What of it, and how.</param>
    /// <param name="each">Is given each difference in the order of keys; null: only the sums are wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged.</exception>
    /// <exception cref="StateCorruptException">The present state is damaged.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository or the store cannot be read.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RestorePlan> PlanRestoreAsync(
        string id, RestoreRequest request, Action<EntryDifference>? each = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            BackupSummary summary = await repository.FindAsync(backup, cancellationToken).ConfigureAwait(false);
            using IStateSnapshot present = OpenStore().OpenSnapshot();
            DifferenceSummary difference = await CompareOperation.RunAsync(
                new StoreEntrySource(present, request.Selection),
                new BackupEntrySource(repository.Storage, summary.Manifest, request.Selection),
                each,
                cancellationToken).ConfigureAwait(false);
            bool safety = difference.Counts.Total > 0
                && await new SafetyBackup(repository, _options, request).IsNeededAsync(present.Status, cancellationToken).ConfigureAwait(false);
            return new RestorePlan(summary, request.Selection, present.Status, safety, difference);
        }
    }

    /// <summary>
    /// Goes back to the state before the last restore: restores this store's newest safety backup. Before that the present state is kept in the
    /// same way, so a second call undoes the first.
    /// </summary>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it before the switch; the state is then as it was.</param>
    /// <exception cref="StateNotFoundException">No restore of this store left a safety backup.</exception>
    /// <exception cref="StateException">As of <see cref="RestoreAsync(string, CancellationToken)"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the switch; the state is as it was, and the safety backup given up, if nobody has pinned it.</exception>
    public async Task<RestoreResult> UndoRestoreAsync(IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        BackupSummary safety = await FindUndoAsync(cancellationToken).ConfigureAwait(false);
        return await RestoreAsync(safety.Id.Value, request: null, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The backup that <see cref="UndoRestoreAsync"/> would restore: this store's newest safety backup, unless the store is still exactly where that was
    /// taken, as after a restore that was killed.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StateNotFoundException">No restore of this store left a safety backup.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version.</exception>
    /// <exception cref="StateStorageException">The repository or the store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<BackupSummary> FindUndoAsync(CancellationToken cancellationToken = default)
    {
        StoreStatus present = OpenStore().ReadStatus();
        BackupListing listing = await ListAsync(cancellationToken).ConfigureAwait(false);

        // Of a restore that was killed the state is still where its safety backup was taken: there is nothing to undo of that one.
        return listing.Backups.LastOrDefault(
            backup => backup.Manifest.IsSafety
                && backup.Manifest.Store == present.Store
                && (backup.Manifest.Lineage != present.Lineage || backup.Manifest.Version != present.Version))
            ?? throw new StateNotFoundException(
                $"There is no restore to undo: {Location} has no safety backup of what this state was before.",
                "`llmspell backup list` shows all backups, and `llmspell backup restore ID` brings one back.");
    }

    /// <summary>Takes a safety backup, for a caller that holds the present state fast by a replacement and is about to commit that.</summary>
    internal async Task<BackupSummary> CreateSafetyAsync(string description, CancellationToken cancellationToken)
    {
        BackupRepository repository = await OpenAsync(cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            CreateOrder order = new(_options.IncrementalEnabled, description, IsSafety: true);
            return (await new CreateOperation(repository, _options).RunAsync(OpenStore(), order, cancellationToken).ConfigureAwait(false)).Backup;
        }
    }

    /// <summary>Gives up such a safety backup, for a caller whose replacement came to nothing; where that cannot be done, it stays.</summary>
    internal async Task WithdrawSafetyAsync(BackupSummary safety)
    {
        try
        {
            BackupRepository repository = await OpenReadOnlyAsync(CancellationToken.None).ConfigureAwait(false);
            await repository.WithdrawAsync(safety.Id).ConfigureAwait(false);
        }
        catch (StateException)
        {
            // The repository cannot be opened any more; what led here is worth more than that.
        }
    }

    private async Task<RestoreResult> RestoreMeteredAsync(
        string id, RestoreRequest request, BackupOptions options, CancellationToken cancellationToken)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            return await new RestoreOperation(repository, options)
                .RunAsync(OpenStore(), backup, request, cancellationToken).ConfigureAwait(false);
        }
    }
}
