using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Backups of one store in one repository: what <c>State.create_backup</c> and <c>llmspell backup</c> do. Thread-safe; several
/// processes may use one repository at once. Failures a user can meet are <see cref="StateException"/>s.
/// </summary>
/// <remarks>A call that needs the store throws, besides what is said of it, what opening the store throws.</remarks>
public sealed partial class BackupService
{
    private readonly Lock _opening = new();
    private readonly Func<StateStore> _open;
    private readonly IRepositoryStorage _storage;
    private readonly BackupOptions _options;
    private StateStore? _store;

    /// <summary>Joins a store and a repository. Neither is opened before a call needs it.</summary>
    /// <param name="store">Opens the store; called until it succeeds once, and the caller closes what it returned.</param>
    /// <param name="storage">Where the backups lie.</param>
    /// <param name="options">How they are made and kept.</param>
    /// <exception cref="ArgumentException">The retention rules would keep nothing.</exception>
    public BackupService(Func<StateStore> store, IRepositoryStorage storage, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(storage);
        _open = store;
        _storage = storage;
        _options = options ?? new BackupOptions();
        _options.CheckRules();
    }

    /// <summary>Where the backups lie.</summary>
    public string Location => _storage.Location;

    /// <summary>All backups of the repository, those of other stores included. A manifest or a pin that is damaged is part of the answer.</summary>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<BackupListing> ListAsync(CancellationToken cancellationToken = default)
    {
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<BackupId, BackupPin> pins = await repository.ReadPinsAsync(cancellationToken).ConfigureAwait(false);
        BackupSummary[] readable =
            [.. entries.Select(static entry => entry.Backup).OfType<BackupSummary>().Select(backup => backup with { Pin = pins.GetValueOrDefault(backup.Id) })];
        return new BackupListing(
            await ValidationFiles.AddToAsync(_storage, readable, cancellationToken).ConfigureAwait(false),
            [.. entries.Where(static entry => entry.Problem is not null).Select(static entry => new DamagedManifest(entry.Path, entry.Problem!))]);
    }

    /// <summary>One backup.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">Its manifest or repository.json is not what was written.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<BackupSummary> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        BackupSummary found = await repository.FindAsync(backup, cancellationToken).ConfigureAwait(false);
        BackupPin? pin = await PinFiles.TryReadAsync(_storage, backup, cancellationToken).ConfigureAwait(false);
        return (await ValidationFiles.AddToAsync(_storage, [found with { Pin = pin }], cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>How many backups the repository has, and how many bytes it takes.</summary>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<StorageUsage> GetStorageUsageAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ManifestEntry> entries = await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        int incremental = entries.Count(static entry => entry.Backup is { IsIncremental: true });
        int readable = entries.Count(static entry => entry.Backup is not null);
        long bytes = await RepositorySize.MeasureAsync(_storage, cancellationToken).ConfigureAwait(false);
        return new StorageUsage(readable, readable - incremental, incremental, bytes);
    }

    private BackupOptions Metered(IProgress<BackupProgress>? progress) =>
        progress is null ? _options : _options with { Meter = new ProgressMeter(progress, _options.TimeProvider) };

    // Not a Lazy, which would keep the failure of a store that was busy for a moment, and throw it for ever.
    private StateStore OpenStore()
    {
        lock (_opening)
        {
            return _store ??= _open();
        }
    }

    private Task<BackupRepository> OpenAsync(CancellationToken cancellationToken) =>
        BackupRepository.OpenAsync(_storage, _options.TimeProvider, _options.BusyTimeout, cancellationToken);

    /// <summary>For what only reads: a repository that was never made has no backups, and is not made by looking.</summary>
    private Task<BackupRepository> OpenReadOnlyAsync(CancellationToken cancellationToken) =>
        BackupRepository.OpenReadOnlyAsync(_storage, _options.TimeProvider, _options.BusyTimeout, cancellationToken);

    private async Task<IReadOnlyList<ManifestEntry>> ReadManifestsAsync(CancellationToken cancellationToken)
    {
        BackupRepository repository = await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false);
        return await repository.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<(BackupRepository Repository, BackupId Id)> FindAsync(string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return BackupId.TryParse(id, out BackupId backup) &&
            await OpenReadOnlyAsync(cancellationToken).ConfigureAwait(false) is { Descriptor: not null } repository
            ? (repository, backup)
            : throw new BackupNotFoundException(id, Location);
    }
}
