using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Taking backups.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Takes a backup of the store as it is now, proves it, publishes it, and cleans up by the retention rules. The first one makes the repository. If
    /// only the cleanup fails or is cancelled, the backup is made, and a warning says so.
    /// </summary>
    /// <exception cref="StateCorruptException">The store does not add up to what it says of itself; no backup was made.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups; or something deleted layers while the backup was made.</exception>
    /// <exception cref="StateUnsupportedException">
    /// The repository needs a newer version, or its file system has no locks; or there is no higher ordinal.
    /// </exception>
    /// <exception cref="StateStorageException">
    /// The repository cannot be read or written, or the store cannot be read; after an <see cref="StateStorageException.OutcomeUnknown"/> the backup
    /// may be there.
    /// </exception>
    /// <exception cref="StateBusyException">
    /// A cleanup, a repair or another publication went on for longer than <see cref="BackupOptions.BusyTimeout"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the backup was published.</exception>
    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        CreateAsync(request, progress: null, cancellationToken);

    /// <inheritdoc cref="CreateAsync(CreateRequest, CancellationToken)"/>
    /// <param name="request">What backup to make.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind but what the next cleanup removes.</param>
    public Task<CreateResult> CreateAsync(
        CreateRequest request, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return BackupTelemetry.MeasureAsync(
            "create",
            _options.TimeProvider,
            () => CreateMeteredAsync(request, Metered(progress), cancellationToken),
            static result => OperationFacts.Of(result.Backup, result.Backup.SizeBytes));
    }

    private async Task<CreateResult> CreateMeteredAsync(CreateRequest request, BackupOptions options, CancellationToken cancellationToken)
    {
        CreateOrder order = new(request.Incremental, request.Description) { Labels = request.Labels };
        CreateResult result = await CreateOnceAsync(order, options, cancellationToken).ConfigureAwait(false);
        if (result.Backup.IsIncremental && result.Cleanup is { } cleanup && cleanup.Damaged.Contains(result.Backup.Id))
        {
            // The cleanup has read what this backup builds on, and it is damaged: what was asked for is a backup that restores.
            string reason = $"what the incremental {result.Backup.Id} builds on is damaged";
            CreateResult full = await CreateOnceAsync(order with { FullBecause = reason }, options, cancellationToken).ConfigureAwait(false);
            return full with { Warnings = [.. result.Warnings, .. full.Warnings] };
        }

        return result;
    }

    private async Task<CreateResult> CreateOnceAsync(CreateOrder order, BackupOptions options, CancellationToken cancellationToken)
    {
        BackupRepository repository = await OpenAsync(cancellationToken).ConfigureAwait(false);
        CreatedBackup created;
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            created = await new CreateOperation(repository, options).RunAsync(OpenStore(), order, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            CleanupReport cleanup = await new CleanupOperation(repository, _options)
                .RunAsync(created.Backup.Manifest.Store, new CleanupRequest(), cancellationToken).ConfigureAwait(false);
            return new CreateResult(created.Backup, cleanup, cleanup.Notices) { MergedLayers = created.MergedLayers };
        }
        catch (Exception e) when (e is StateException or OperationCanceledException)
        {
            return new CreateResult(created.Backup, null, [$"The backup is made, but the cleanup after it failed: {e.Message}"])
            {
                MergedLayers = created.MergedLayers,
            };
        }
    }
}
