using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Backups of one store in one repository: what <c>State.create_backup</c> and <c>llmspell backup</c> do. Thread-safe; several
/// processes may use one repository at once. Failures a user can meet are <see cref="StateException"/>s.
/// </summary>
public sealed class BackupService
{
    private readonly Lazy<StateStore> _store;
    private readonly IRepositoryStorage _storage;
    private readonly BackupOptions _options;

    /// <summary>Joins a store and a repository. Neither is opened before a call needs it.</summary>
    /// <param name="store">Opens the store; called at most once, and the caller closes what it returned.</param>
    /// <param name="storage">Where the backups lie.</param>
    /// <param name="options">How they are made and kept.</param>
    public BackupService(Func<StateStore> store, IRepositoryStorage storage, BackupOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(storage);
        _store = new Lazy<StateStore>(store);
        _storage = storage;
        _options = options ?? new BackupOptions();
    }

    /// <summary>Where the backups lie.</summary>
    public string Location => _storage.Location;

    /// <summary>Takes a backup of the store as it is now, proves it, publishes it, and cleans up by the retention rules.</summary>
    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>All backups of the repository, those of other stores included.</summary>
    public Task<BackupListing> ListAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>One backup.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    public Task<BackupSummary> GetAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Reads a backup whole: every hash, every record, their order, counts and fingerprint.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    public Task<ValidationReport> ValidateAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Replaces the state by a backup's, all or nothing, after a safety backup of the present state.</summary>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">The backup is damaged; the state is as it was.</exception>
    public Task<RestoreResult> RestoreAsync(string id, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Removes this store's backups that the retention rules no longer keep.</summary>
    public Task<CleanupReport> CleanupAsync(CleanupRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>What the repository takes.</summary>
    public Task<StorageUsage> GetStorageUsageAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
