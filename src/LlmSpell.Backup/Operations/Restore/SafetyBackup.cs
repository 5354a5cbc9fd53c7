using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The backup of the state as it was before a restore, taken while the restore holds the state fast.</summary>
internal sealed class SafetyBackup(BackupRepository repository, BackupOptions options, RestoreRequest request)
{
    // Where the last one went that was taken, and which it is.
    private (BackupRepository Repository, BackupId Id)? _taken;

    /// <summary>Whether a safety backup is wanted, and there is anything to lose.</summary>
    internal async Task<bool> IsNeededAsync(StoreStatus present, CancellationToken cancellationToken) =>
        request.SafetyBackup && await HasPastAsync(present, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Whether the store has, or had, anything: one that is empty, and of which no backup was ever taken, neither where it is restored from nor
    /// where its safety backups go, never had.
    /// </summary>
    internal async Task<bool> HasPastAsync(StoreStatus present, CancellationToken cancellationToken) =>
        present.Entries > 0
        || HasBackupOf(present.Store, await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false))
        || (request.SafetyStorage is { } storage
            && HasBackupOf(present.Store, await new ManifestFiles(storage).ReadAllAsync(cancellationToken).ConfigureAwait(false)));

    /// <summary>The caller holds the lock on the layers that it restores from, shared.</summary>
    /// <param name="store">The store.</param>
    /// <param name="present">What it says of itself.</param>
    /// <param name="restored">The backup that is about to be restored.</param>
    /// <param name="verified">Layers of that backup's repository that were read to the last byte a moment ago.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<BackupSummary?> TakeIfNeededAsync(
        StateStore store, StoreStatus present, BackupId restored, IReadOnlyCollection<ManifestLayer> verified, CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(present, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        CreateOrder order = new(options.IncrementalEnabled, $"the state before {restored} was restored", IsSafety: true);
        if (request.SafetyStorage is not { } storage)
        {
            return await TakeAsync(repository, store, order with { Verified = verified }, cancellationToken).ConfigureAwait(false);
        }

        BackupRepository other = await BackupRepository.OpenAsync(storage, options.TimeProvider, options.BusyTimeout, cancellationToken).ConfigureAwait(false);
        using (await other.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            return await TakeAsync(other, store, order, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether a replacement that failed so, before it was committed, needs no safety backup: the state is as it was. Where a storage failed, or the
    /// state is damaged, and not just the backup that was to replace it, one more copy is worth having.
    /// </summary>
    internal static bool IsNotNeededAfter(Exception failure) => failure is BackupDamagedException or not (StateStorageException or StateCorruptException);

    /// <summary>
    /// Gives up what was taken, since nothing was replaced: otherwise an undo would go back to it, and a few of them would push out the one that
    /// still has what an earlier restore replaced.
    /// </summary>
    internal async Task WithdrawAsync()
    {
        if (_taken is { } taken)
        {
            _taken = null;
            await taken.Repository.WithdrawAsync(taken.Id).ConfigureAwait(false);
        }
    }

    private async Task<BackupSummary> TakeAsync(BackupRepository where, StateStore store, CreateOrder order, CancellationToken cancellationToken)
    {
        BackupSummary backup = (await new CreateOperation(where, options).RunAsync(store, order, cancellationToken).ConfigureAwait(false)).Backup;
        _taken = (where, backup.Id);
        return backup;
    }

    private static bool HasBackupOf(StoreId store, IReadOnlyList<ManifestEntry> all) => all.Any(entry => entry.Manifest?.Store == store);
}
