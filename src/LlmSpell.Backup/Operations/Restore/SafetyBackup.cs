using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The backup of the state as it was before a restore, taken while the restore holds the state fast.</summary>
internal sealed class SafetyBackup(BackupRepository repository, BackupOptions options, RestoreRequest request)
{
    /// <summary>Whether there is anything to lose: a store that is empty, and of which no backup was ever taken, never had anything.</summary>
    internal async Task<bool> IsNeededAsync(StoreStatus present, CancellationToken cancellationToken)
    {
        if (!request.SafetyBackup || present.Entries > 0)
        {
            return request.SafetyBackup;
        }

        IReadOnlyList<ManifestEntry> all = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        return all.Any(entry => entry.Manifest?.Store == present.Store);
    }

    /// <summary>The caller holds the lock on the layers that it restores from, shared.</summary>
    internal async Task<BackupSummary?> TakeIfNeededAsync(StateStore store, StoreStatus present, BackupId restored, CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(present, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        CreateOrder order = new(options.IncrementalEnabled, $"the state before {restored} was restored", IsSafety: true);
        if (request.SafetyStorage is not { } storage)
        {
            return (await new CreateOperation(repository, options).RunAsync(store, order, cancellationToken).ConfigureAwait(false)).Backup;
        }

        BackupRepository other = await BackupRepository.OpenAsync(storage, options.TimeProvider, options.BusyTimeout, cancellationToken).ConfigureAwait(false);
        using (await other.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            return (await new CreateOperation(other, options).RunAsync(store, order, cancellationToken).ConfigureAwait(false)).Backup;
        }
    }
}
