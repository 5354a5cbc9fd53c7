namespace LlmSpell.Backup;

/// <content>Bringing a backup back.</content>
public sealed partial class BackupService
{
    /// <summary>Replaces the state by a backup's, all or nothing, after a safety backup of the present state.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged; the state is as it was.</exception>
    public Task<RestoreResult> RestoreAsync(string id, CancellationToken cancellationToken) =>
        RestoreAsync(id, progress: null, cancellationToken);

    /// <inheritdoc cref="RestoreAsync(string, CancellationToken)"/>
    /// <param name="id">The backup's id.</param>
    /// <param name="progress">Is told how far it is, ten times a second at the most, by the threads that work; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it before the switch; the state is then as it was.</param>
    public Task<RestoreResult> RestoreAsync(
        string id, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default) =>
        BackupTelemetry.MeasureAsync(
            "restore",
            _options.TimeProvider,
            () => RestoreMeteredAsync(id, Metered(progress), cancellationToken),
            static result => OperationFacts.Of(result.Backup, result.Backup.RestoreBytes));

    private async Task<RestoreResult> RestoreMeteredAsync(string id, BackupOptions options, CancellationToken cancellationToken)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            RestoreResult result = await new RestoreOperation(repository, options).RunAsync(OpenStore(), backup, cancellationToken).ConfigureAwait(false);
            options.Meter?.End();
            return result;
        }
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
}
