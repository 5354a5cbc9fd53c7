namespace LlmSpell.Backup;

/// <content>Proving that backups restore.</content>
public sealed partial class BackupService
{
    /// <summary>Reads a backup whole: every hash, every record, their order, counts and fingerprint.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    public Task<ValidationReport> ValidateAsync(string id, CancellationToken cancellationToken) =>
        ValidateAsync(id, progress: null, cancellationToken);

    /// <inheritdoc cref="ValidateAsync(string, CancellationToken)"/>
    /// <param name="id">The backup's id.</param>
    /// <param name="progress">Is told how far it is, ten times a second at the most, by the threads that work; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ValidationReport> ValidateAsync(
        string id, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default) =>
        BackupTelemetry.MeasureAsync(
            "validate",
            _options.TimeProvider,
            () => ValidateMeteredAsync(id, Metered(progress).Meter, cancellationToken),
            static report => null);

    private async Task<ValidationReport> ValidateMeteredAsync(string id, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            ValidationReport report = await new ValidateOperation(repository, meter).RunAsync(backup, cancellationToken).ConfigureAwait(false);
            meter?.End();
            return report;
        }
    }
}
