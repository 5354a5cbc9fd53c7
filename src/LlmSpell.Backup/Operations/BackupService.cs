using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Backups of one store in one repository: what <c>State.create_backup</c> and <c>llmspell backup</c> do. Thread-safe; several
/// processes may use one repository at once. Failures a user can meet are <see cref="StateException"/>s.
/// </summary>
public sealed class BackupService
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
    public BackupService(Func<StateStore> store, IRepositoryStorage storage, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(storage);
        _open = store;
        _storage = storage;
        _options = options ?? new BackupOptions();
    }

    /// <summary>Where the backups lie.</summary>
    public string Location => _storage.Location;

    /// <summary>Takes a backup of the store as it is now, proves it, publishes it, and cleans up by the retention rules.</summary>
    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        CreateAsync(request, progress: null, cancellationToken);

    /// <inheritdoc cref="CreateAsync(CreateRequest, CancellationToken)"/>
    /// <param name="request">What backup to make.</param>
    /// <param name="progress">Is told how far it is, ten times a second at the most, by the threads that work; null: nobody is.</param>
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
        CreateOrder order = new(request.Incremental, request.Description);
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

    /// <summary>All backups of the repository, those of other stores included.</summary>
    public async Task<BackupListing> ListAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ManifestEntry> entries = await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        return new BackupListing(
            [.. entries.Select(static entry => entry.Backup).OfType<BackupSummary>()],
            [.. entries.Where(static entry => entry.Problem is not null).Select(static entry => new DamagedManifest(entry.Path, entry.Problem!))]);
    }

    /// <summary>One backup.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    public async Task<BackupSummary> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        return await repository.FindAsync(backup, cancellationToken).ConfigureAwait(false);
    }

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

    /// <summary>What the repository takes.</summary>
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

    private async Task<CreateResult> CreateOnceAsync(CreateOrder order, BackupOptions options, CancellationToken cancellationToken)
    {
        BackupRepository repository = await OpenAsync(cancellationToken).ConfigureAwait(false);
        CreatedBackup created;
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            created = await new CreateOperation(repository, options).RunAsync(OpenStore(), order, cancellationToken).ConfigureAwait(false);
            options.Meter?.End();
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
