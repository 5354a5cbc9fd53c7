using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Finding what is damaged in a repository, and getting it out of the way.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Reads the whole repository, each layer once: repository.json, manifests, layers, indexes, pins, remembered validations, and whatever
    /// else lies there. The repository remembers what was found of its backups; apart from that nothing changes.
    /// </summary>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StateNotFoundException">There is no repository.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">Nothing can be read there; a single file that cannot is damaged.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is remembered then.</exception>
    public async Task<RepositoryCheckReport> CheckRepositoryAsync(
        IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        (BackupRepository repository, BackupDamagedException? damage) = await OpenDamagedAsync(cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            RepositoryFindings findings = await ExamineAsync(repository, damage, progress, cancellationToken).ConfigureAwait(false);
            string? notRemembered = await RememberAsync(repository, findings.Validation.Reports, cancellationToken).ConfigureAwait(false);
            return new RepositoryCheckReport(
                findings.Validation.Reports,
                DamageCosts.Of(findings),
                LeftoverSearch.Run(findings),
                [.. findings.Unreadable.Select(static entry => new DamagedManifest(entry.Path, entry.Problem!))],
                notRemembered);
        }
    }

    /// <summary>
    /// Reads the whole repository as <see cref="CheckRepositoryAsync"/> does, then moves what is damaged into a folder of its own, makes indexes
    /// and repository.json again where that is possible, and leaves every whole backup as it is, and what pins it. Nothing is deleted. A backup that cannot be
    /// saved does not exist any more afterwards: the next one builds on one that is whole, or is full. While it runs, nobody else can use the
    /// repository; repairs that run at once wait for one another.
    /// </summary>
    /// <param name="request">Whether only to look.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it; the next repair goes on from there.</param>
    /// <exception cref="StateNotFoundException">There is no repository.</exception>
    /// <exception cref="StateBusyException">Others used the repository for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="BackupDamagedException">A layer was damaged while the repair went on.</exception>
    /// <exception cref="StateUnsupportedException">
    /// The repository needs a newer version, or its file system has no locks; or repository.json is damaged, and a newer version has made backups here.
    /// </exception>
    /// <exception cref="StateStorageException">The repository cannot be read or written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RepairReport> RepairRepositoryAsync(
        RepairRequest request, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);

        // A repository of a newer version is refused before anybody is locked out.
        (BackupRepository repository, _) = await OpenDamagedAsync(cancellationToken).ConfigureAwait(false);
        using IDisposable layers = request.DryRun
            ? await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false)
            : await repository.LockLayersExclusiveAsync(cancellationToken).ConfigureAwait(false);
        using IDisposable? publish = request.DryRun ? null : await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false);

        // Another repair may have been at it while we waited.
        (repository, BackupDamagedException? damage) = await OpenDamagedAsync(cancellationToken).ConfigureAwait(false);
        RepositoryFindings findings = await ExamineAsync(repository, damage, progress, cancellationToken).ConfigureAwait(false);
        if (damage is not null && findings.Unreadable.FirstOrDefault() is { } newer)
        {
            throw new StateUnsupportedException(
                $"{damage.Message}; a new one cannot be made, since a newer version has made backups here: {newer.Problem!.Message}",
                "Repair it with the version of llmspell that made them.", damage);
        }

        RepairPlan plan = RepairPlan.Of(findings);
        RepairOutcome outcome = request.DryRun
            ? RepairOutcome.None
            : await new RepairOperation(_storage, _options.TimeProvider).RunAsync(plan, cancellationToken).ConfigureAwait(false);
        return plan.Report(request.DryRun, outcome);
    }

    private async Task<RepositoryFindings> ExamineAsync(
        BackupRepository repository, BackupDamagedException? damage, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        ProgressMeter? meter = Metered(progress).Meter;
        RepositoryFindings findings = await new RepositoryExamination(repository, damage, meter).RunAsync(cancellationToken).ConfigureAwait(false);
        meter?.End();
        return findings;
    }

    private async Task<(BackupRepository Repository, BackupDamagedException? Damage)> OpenDamagedAsync(CancellationToken cancellationToken)
    {
        BackupDamagedException? damage = null;
        BackupRepository repository = await BackupRepository.OpenDamagedAsync(
            _storage, _options.TimeProvider, _options.BusyTimeout, found => damage = found, cancellationToken).ConfigureAwait(false);

        // Before a lock is taken, which makes the folder.
        if (repository.Descriptor is null && damage is null
            && (await _storage.ListAsync(RepositoryPaths.Layers, cancellationToken).ConfigureAwait(false)).Count == 0)
        {
            throw new StateNotFoundException($"no backups in {Location} yet", "`llmspell backup create` makes one, and so does `State.create_backup()` in a script.");
        }

        return (repository, damage);
    }
}
