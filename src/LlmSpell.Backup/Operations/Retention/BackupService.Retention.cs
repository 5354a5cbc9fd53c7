using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Which backups stay.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Removes this store's backups that the retention rules no longer keep. The run makes the plan anew, while it keeps others from publishing, cleaning
    /// up and pinning, and executes exactly that; two at once do it once. <see cref="CleanupRequest.AgreedRemovals"/> holds it to an earlier dry run.
    /// </summary>
    /// <exception cref="StateBusyException">Others published, cleaned up or pinned for too long.</exception>
    public async Task<CleanupReport> CleanupAsync(CleanupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        if (repository.Descriptor is null)
        {
            return new CleanupReport(request.DryRun, [], 0, []);
        }

        StoreId store = OpenStore().ReadStatus().Store;
        return await new CleanupOperation(repository, _options).RunAsync(store, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Which of this store's backups stay now, and will in a week, a month and a year, by the rules as they are now. It changes nothing and reads no
    /// layers: a backup whose files are there counts as good.
    /// </summary>
    public async Task<RetentionCalendar> CalendarAsync(CalendarRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        RetentionHistory history = new([], null, new Dictionary<BackupId, BackupPin>());
        if (repository.Descriptor is not null)
        {
            StoreId store = OpenStore().ReadStatus().Store;
            RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
            history = source.History(new KnownGood(null, [], null));
        }

        return new CalendarForecast(history, _options, request, cancellationToken).Make();
    }
}
