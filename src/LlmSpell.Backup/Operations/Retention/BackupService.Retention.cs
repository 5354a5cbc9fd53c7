using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Which backups stay.</content>
public sealed partial class BackupService
{
    /// <summary>Removes this store's backups that the retention rules no longer keep.</summary>
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
}
