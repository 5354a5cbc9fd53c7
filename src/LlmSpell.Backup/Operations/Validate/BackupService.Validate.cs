using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Proving that backups restore.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Reads a backup whole: every hash, every record, their order, counts and fingerprint. The repository remembers what was found. A backup that is damaged
    /// is no exception, but what the report says.
    /// </summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is remembered then.</exception>
    public Task<ValidationReport> ValidateAsync(string id, CancellationToken cancellationToken) =>
        ValidateAsync(id, progress: null, cancellationToken);

    /// <inheritdoc cref="ValidateAsync(string, CancellationToken)"/>
    /// <param name="id">The backup's id.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ValidationReport> ValidateAsync(
        string id, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        ValidationResult result = await ValidateManyAsync(new ValidationRequest { Ids = [id] }, progress, cancellationToken).ConfigureAwait(false);
        return result.Backups[0];
    }

    /// <summary>
    /// Validates several backups, or all, as far as is asked for. Layers that several of them share are read once; the depth
    /// <see cref="ValidationDepth.Restored"/> reads each backup once more and needs <see cref="BackupOptions.ScratchStore"/>, and room for the
    /// largest state. The repository remembers what was found, and forgets what it remembered before; but damage that reading has found it does not forget
    /// for the depth <see cref="ValidationDepth.Present"/>.
    /// </summary>
    /// <param name="request">Which backups, and how far to look.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it; nothing is remembered then.</param>
    /// <exception cref="InvalidOperationException">A scratch store has entries; it is as it was.</exception>
    /// <exception cref="BackupNotFoundException">There is none with one of the ids; nothing was read.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">
    /// A backup that was asked for by its id, or the repository, needs a newer version, or its file system has no locks; or there is no scratch store.
    /// </exception>
    /// <exception cref="StateStorageException">The repository cannot be read, or the scratch store failed.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ValidationResult> ValidateManyAsync(
        ValidationRequest request, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return BackupTelemetry.MeasureAsync(
            "validate",
            _options.TimeProvider,
            () => ValidateMeteredAsync(request, Metered(progress).Meter, cancellationToken),
            static result => null);
    }

    private async Task<ValidationResult> ValidateMeteredAsync(ValidationRequest request, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        if (request.Depth == ValidationDepth.Restored && _options.ScratchStore is null)
        {
            throw new StateUnsupportedException(
                "there is no scratch store to restore into", "Set BackupOptions.ScratchStore, or validate with the depth readable.");
        }

        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        BackupId[]? ids = request.Ids is null ? null : [.. request.Ids.Distinct().Select(id => ParseId(id, repository))];
        if (repository.Descriptor is null)
        {
            // Even to take a lock makes the folder.
            return new ValidationResult(request.Depth, [], [], [], NotRemembered: null);
        }

        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<ManifestEntry> all = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
            ManifestEntry[] chosen = [.. ids is null ? all : ids.Select(id => Choose(id, all))];
            ValidationFindings findings = await new ValidateOperation(repository, _options.ScratchStore, meter)
                .RunAsync(all, chosen, request.Depth, cancellationToken).ConfigureAwait(false);
            meter?.End();
            string? notRemembered = await RememberAsync(repository, findings.Reports, cancellationToken).ConfigureAwait(false);
            return new ValidationResult(
                request.Depth,
                [.. findings.Reports.Select(report => report with { NotRemembered = notRemembered })],
                findings.Damages.All,
                [.. chosen.Where(static entry => entry.Problem is StateUnsupportedException)
                    .Select(static entry => new DamagedManifest(entry.Path, entry.Problem!))],
                notRemembered);
        }
    }

    private BackupId ParseId(string id, BackupRepository repository) =>
        BackupId.TryParse(id, out BackupId backup) && repository.Descriptor is not null ? backup : throw new BackupNotFoundException(id, Location);

    private ManifestEntry Choose(BackupId id, IReadOnlyList<ManifestEntry> all)
    {
        ManifestEntry entry = all.FirstOrDefault(entry => entry.Id == id) ?? throw new BackupNotFoundException(id.Value, Location);
        return entry.Problem is null or BackupDamagedException ? entry : throw entry.Problem;
    }

    /// <summary>Remembers what was found; the caller holds the lock on the layers.</summary>
    /// <returns>Why that was not possible; null if it was.</returns>
    private async Task<string?> RememberAsync(
        BackupRepository repository, IReadOnlyList<ValidationReport> reports, CancellationToken cancellationToken)
    {
        if (reports.Count == 0)
        {
            return null;
        }

        long now = UnixTime.Microseconds(_options.TimeProvider);
        try
        {
            using (await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false))
            {
                await ValidationFiles.PutAsync(
                    repository.Storage,
                    [.. reports.Select(report => new RememberedValidation(report.Id, now, report.Depth, report.IsValid, report.Errors.Count, ToolVersion.Text))],
                    cancellationToken).ConfigureAwait(false);
                return null;
            }
        }
        catch (StateException e)
        {
            // What was found counts; that it is written down is a service.
            return e.Message;
        }
    }
}
