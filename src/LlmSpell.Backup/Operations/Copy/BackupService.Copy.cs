using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>A second place for backups.</content>
public sealed partial class BackupService
{
    /// <summary>
    /// Copies backups to another repository, which is made if there is none; other backups there are left alone. Every file is checked on the
    /// way; layers that are there already are read there instead of being copied. What is interrupted the next copy goes on with. Pins and
    /// remembered validations belong to a place and are not copied.
    /// </summary>
    /// <param name="target">Where to. Not this repository, and not a folder in it or around it.</param>
    /// <param name="request">Which backups.</param>
    /// <param name="progress">Is told how far it is, by the threads that work: ten times a second at the most, and at the beginning and the end of each stage; null: nobody is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>
    /// What was copied. Backups that are damaged, or whose place among those of the target is doubtful, are named and keep no others from being copied.
    /// So are those asked for by their ids that a cleanup removes meanwhile; where all are copied, those are left out.
    /// </returns>
    /// <exception cref="ArgumentException">The target is this repository, or lies in it or around it.</exception>
    /// <exception cref="BackupNotFoundException">There is none with one of the ids; nothing was copied.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, here or at the target, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">One of the repositories needs a newer version, or has a file system without locks.</exception>
    /// <exception cref="StateStorageException">This repository cannot be read, or the target cannot be written to.</exception>
    /// <exception cref="StateBusyException">
    /// A cleanup, a repair or a publication, in either repository, went on for longer than <see cref="BackupOptions.BusyTimeout"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<CopyReport> CopyAsync(
        IRepositoryStorage target, CopyRequest request, IProgress<BackupProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(request);
        string? nesting = ReferenceEquals(target, _storage) ? "the target is the repository itself"
            : target is FolderStorage && _storage is FolderStorage ? FolderNesting.Problem(_storage.Location, target.Location)
            : null;
        return nesting is not null
            ? throw new ArgumentException($"{nesting}: a copy there would be no second place.", nameof(target))
            : BackupTelemetry.MeasureAsync(
                "copy",
                _options.TimeProvider,
                () => CopyMeteredAsync(target, request, Metered(progress).Meter, cancellationToken),
                static report => null);
    }

    private async Task<CopyReport> CopyMeteredAsync(
        IRepositoryStorage target, CopyRequest request, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        BackupRepository source = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        BackupId[]? ids = request.Ids is null ? null : [.. request.Ids.Distinct().Select(id => ParseId(id, source))];
        if (source.Descriptor is null)
        {
            return new CopyReport([], [], [], 0, 0);
        }

        BackupRepository other = await BackupRepository.OpenAsync(
            target, _options.TimeProvider, _options.BusyTimeout, cancellationToken).ConfigureAwait(false);
        using (await source.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        using (await other.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            CopyReport report = await new CopyOperation(source, other, meter).RunAsync(ids, cancellationToken).ConfigureAwait(false);
            meter?.End();
            return report;
        }
    }
}
