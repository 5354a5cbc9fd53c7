using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Which backups stay.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Removes this store's backups that the retention rules no longer keep. The run makes the plan anew, while it keeps others from publishing, cleaning
    /// up and pinning, and executes exactly that; two at once do it once. <see cref="CleanupRequest.AgreedRemovals"/> holds it to an earlier dry run.
    /// </summary>
    /// <remarks>Where the store cannot be opened, as on a full disk, and all backups are of one store, it goes on with those, and a notice says so.</remarks>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">
    /// The repository cannot be read or written, or the store cannot be opened and it is not clear whose backups the rules are for.
    /// </exception>
    /// <exception cref="StateBusyException">
    /// Others published, cleaned up, pinned or repaired for longer than <see cref="BackupOptions.BusyTimeout"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; backups that are removed already stay so.</exception>
    public async Task<CleanupReport> CleanupAsync(CleanupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        if (repository.Descriptor is null)
        {
            return new CleanupReport(request.DryRun, [], 0, []);
        }

        (StoreId store, string? notice) = await StoreForCleanupAsync(repository, cancellationToken).ConfigureAwait(false);
        CleanupReport report = await new CleanupOperation(repository, _options).RunAsync(store, request, cancellationToken).ConfigureAwait(false);
        return notice is null ? report : report with { Notices = [notice, .. report.Notices] };
    }

    /// <summary>
    /// Whose backups the rules are for. To open a state takes a little room, which a full disk has not; a cleanup is what makes it. Where all backups are
    /// of one store, it need not be asked.
    /// </summary>
    private async Task<(StoreId Store, string? Notice)> StoreForCleanupAsync(BackupRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            return (OpenStore().ReadStatus().Store, null);
        }
        catch (StateStorageException failure)
        {
            IReadOnlyList<ManifestEntry> all = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
            StoreId[] stores = [.. all.Select(static entry => entry.Manifest?.Store).OfType<StoreId>().Distinct()];
            if (stores.Length != 1 || all.Any(static entry => entry.Manifest is null))
            {
                throw;
            }

            return (stores[0], $"the state could not be opened, but all backups in {Location} are of one state, so the rules were applied to them: {failure.Message}");
        }
    }

    /// <summary>
    /// Which of this store's backups stay now, and will in a week, a month and a year, by the rules as they are now. It changes nothing and reads no
    /// layers: a backup whose files are there counts as good.
    /// </summary>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version.</exception>
    /// <exception cref="StateStorageException">The repository or the store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RetentionCalendar> CalendarAsync(CalendarRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        RetentionHistory history = new([], null, new Dictionary<BackupId, BackupPin>());
        if (repository.Descriptor is not null)
        {
            StoreId store = OpenStore().ReadStatus().Store;
            RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
            history = source.History(KnownGood.Nothing);
        }

        return new CalendarForecast(history, _options, request, cancellationToken).Make();
    }
}
