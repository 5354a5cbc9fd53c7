using System.Globalization;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// The backups in one storage: opens it, reads and publishes manifests, gives ordinals, takes the locks, and sweeps. Thread-safe.
/// What the bytes are is written in docs/format.md.
/// </summary>
internal sealed class BackupRepository
{
    /// <summary>How long to wait for a lock that others hold only briefly.</summary>
    internal static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    private const string DescriptorHint = "Bring it back from a copy. If there is none, `llmspell repository repair` makes a new one.";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    private readonly ManifestFiles _manifests;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _wait;

    private BackupRepository(IRepositoryStorage storage, RepositoryDescriptor? descriptor, TimeProvider clock, TimeSpan wait)
    {
        Storage = storage;
        _manifests = new ManifestFiles(storage);
        Descriptor = descriptor;
        _clock = clock;
        _wait = wait;
    }

    internal IRepositoryStorage Storage { get; }

    /// <summary>What repository.json says; null if nothing is there yet and it was opened for reading only.</summary>
    internal RepositoryDescriptor? Descriptor { get; }

    /// <summary>Opens a repository for writing; makes one where none is, leaving other files in the folder alone.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="clock">Tells the time for a new repository and for waiting.</param>
    /// <param name="wait">How long to wait for locks that are held briefly; null: <see cref="DefaultWait"/>.</param>
    /// <param name="cancellationToken">Ends the waiting and reading.</param>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal static async Task<BackupRepository> OpenAsync(
        IRepositoryStorage storage, TimeProvider clock, TimeSpan? wait, CancellationToken cancellationToken)
    {
        BackupRepository found = await OpenReadOnlyAsync(storage, clock, wait, cancellationToken).ConfigureAwait(false);
        if (found.Descriptor is not null)
        {
            return found;
        }

        using (await found.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            // Another process may have made it while we waited.
            RepositoryDescriptor? descriptor = await ReadDescriptorAsync(storage, cancellationToken).ConfigureAwait(false);
            if (descriptor is null)
            {
                descriptor = RepositoryDescriptor.New(UnixTime.Microseconds(clock));
                await RepositoryFiles.PutAsync(storage, RepositoryPaths.Descriptor, descriptor.ToBytes(), cancellationToken).ConfigureAwait(false);
            }

            return new BackupRepository(storage, descriptor, clock, found._wait);
        }
    }

    /// <summary>Opens a repository for listing, validating and restoring; writes nothing. Where nothing is, there are no backups.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    internal static async Task<BackupRepository> OpenReadOnlyAsync(
        IRepositoryStorage storage, TimeProvider clock, TimeSpan? wait, CancellationToken cancellationToken)
    {
        RepositoryDescriptor? descriptor = await ReadDescriptorAsync(storage, cancellationToken).ConfigureAwait(false);
        return new BackupRepository(storage, descriptor, clock, wait ?? DefaultWait);
    }

    /// <summary>
    /// Opens a repository whose repository.json may be missing or damaged, for looking at what else there is; <paramref name="report"/> takes
    /// that damage.
    /// </summary>
    /// <inheritdoc cref="OpenReadOnlyAsync"/>
    /// <param name="storage">Where it lies.</param>
    /// <param name="clock">Tells the time for waiting.</param>
    /// <param name="wait">How long to wait for locks that are held briefly; null: <see cref="DefaultWait"/>.</param>
    /// <param name="report">Takes the damage.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<BackupRepository> OpenDamagedAsync(
        IRepositoryStorage storage, TimeProvider clock, TimeSpan? wait, Action<BackupDamagedException> report, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenReadOnlyAsync(storage, clock, wait, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupDamagedException damage)
        {
            report(damage);
            return new BackupRepository(storage, null, clock, wait ?? DefaultWait);
        }
    }

    /// <summary>
    /// All manifests in the order of their ordinals; those that cannot be read stand at the end, by their names. Files never change, so
    /// those that this object has read already it does not read again.
    /// </summary>
    internal Task<IReadOnlyList<ManifestEntry>> ReadManifestsAsync(CancellationToken cancellationToken) => _manifests.ReadAllAsync(cancellationToken);

    /// <exception cref="BackupNotFoundException">There is none.</exception>
    /// <exception cref="BackupDamagedException">It is not what was written.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal async Task<BackupManifest> ReadManifestAsync(BackupId id, CancellationToken cancellationToken) =>
        (await FindAsync(id, cancellationToken).ConfigureAwait(false)).Manifest;

    /// <summary>One backup, with what its manifest takes.</summary>
    /// <inheritdoc cref="ReadManifestAsync"/>
    internal async Task<BackupSummary> FindAsync(BackupId id, CancellationToken cancellationToken) =>
        await _manifests.TryReadAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new BackupNotFoundException(id.Value, Storage.Location);

    /// <summary>The backups that are pinned. A pin that cannot be read pins all the same.</summary>
    internal Task<IReadOnlyDictionary<BackupId, BackupPin>> ReadPinsAsync(CancellationToken cancellationToken) => PinFiles.ReadAllAsync(Storage, cancellationToken);

    /// <summary>
    /// Gives the next ordinal and publishes the manifest made with it: from then on, and after a power loss too, the backup exists.
    /// The caller holds the lock on the layers that it names.
    /// </summary>
    /// <param name="make">Makes the manifest with the ordinal given to it.</param>
    /// <param name="cancellationToken">Ends the wait for the publish lock.</param>
    /// <exception cref="StateBusyException">Others held the publish lock for too long.</exception>
    /// <exception cref="StateConflictException">There is a backup of that id already.</exception>
    /// <exception cref="StateUnsupportedException">There is a backup with the highest ordinal.</exception>
    internal async Task<BackupSummary> PublishAsync(Func<long, BackupManifest> make, CancellationToken cancellationToken)
    {
        using (await LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<ManifestEntry> entries = await ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
            long ordinal = await Ordinals.NextAsync(Storage, entries, cancellationToken).ConfigureAwait(false);
            BackupManifest manifest = make(ordinal);
            string path = RepositoryPaths.Manifest(manifest.Id);
            byte[] bytes = ManifestJson.Write(manifest);
            await RepositoryFiles.PutAsync(Storage, path, bytes, cancellationToken).ConfigureAwait(false);
            return new BackupSummary(manifest, bytes.Length);
        }
    }

    /// <summary>Deletes manifests, after which their backups do not exist, not even after a power loss. The caller holds the publish lock.</summary>
    internal Task DeleteManifestsAsync(IReadOnlyCollection<BackupId> ids, CancellationToken cancellationToken) =>
        Storage.DeleteAsync([.. ids.Select(RepositoryPaths.Manifest)], cancellationToken);

    /// <summary>
    /// Gives up a backup that was published in vain, unless somebody has pinned it; where that cannot be done, it stays. Its layers go with the next
    /// sweep, since others may have built on them. The caller does not hold the publish lock.
    /// </summary>
    internal async Task WithdrawAsync(BackupId id)
    {
        try
        {
            using (await LockPublishAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (await PinFiles.TryReadAsync(Storage, id, CancellationToken.None).ConfigureAwait(false) is null)
                {
                    await DeleteManifestsAsync([id], CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (StateException)
        {
            // What led here is worth more than this.
        }
    }

    /// <summary>Deletes what no manifest names. The caller holds no lock.</summary>
    internal Task<SweepReport> SweepAsync(CancellationToken cancellationToken) => RepositorySweep.RunAsync(this, cancellationToken);

    /// <summary>Keeps layers from being swept away while they are read or written.</summary>
    /// <exception cref="StateBusyException">A sweep went on for too long.</exception>
    internal Task<IDisposable> LockLayersSharedAsync(CancellationToken cancellationToken) =>
        LockAsync(RepositoryLock.Layers, exclusive: false, "removing what is left of deleted backups", cancellationToken);

    /// <summary>Keeps everybody else from reading and writing layers.</summary>
    /// <exception cref="StateBusyException">Others were at it for too long.</exception>
    internal Task<IDisposable> LockLayersExclusiveAsync(CancellationToken cancellationToken) =>
        LockAsync(RepositoryLock.Layers, exclusive: true, "creating, validating, copying or restoring backups", cancellationToken);

    /// <summary>Keeps others from publishing, cleaning up and pinning.</summary>
    /// <exception cref="StateBusyException">Others held it for too long.</exception>
    internal Task<IDisposable> LockPublishAsync(CancellationToken cancellationToken) =>
        LockAsync(RepositoryLock.Publish, exclusive: true, "publishing, cleaning up or pinning a backup", cancellationToken);

    private static async Task<RepositoryDescriptor?> ReadDescriptorAsync(IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        if (await TryReadDescriptorAsync(storage, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        // Without it nobody knows how the backups must be read; and making a new one would hide that.
        bool hasBackups = (await storage.ListAsync(RepositoryPaths.Manifests, cancellationToken).ConfigureAwait(false))
            .Any(static file => RepositoryPaths.TryParseBackup(file.Path, out _));
        if (!hasBackups)
        {
            return null;
        }

        // Unless another process has made the repository and its first backup between the two looks.
        return await TryReadDescriptorAsync(storage, cancellationToken).ConfigureAwait(false) ?? throw new BackupDamagedException(
            RepositoryPaths.Descriptor,
            $"is missing in {storage.Location}, although there are backups",
            hint: DescriptorHint);
    }

    private static async Task<RepositoryDescriptor?> TryReadDescriptorAsync(IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        byte[]? bytes = await RepositoryFiles.ReadAsync(storage, RepositoryPaths.Descriptor, cancellationToken).ConfigureAwait(false);
        try
        {
            return bytes is null ? null : RepositoryDescriptor.Read(RepositoryPaths.Descriptor, bytes);
        }
        catch (BackupDamagedException damage)
        {
            throw new BackupDamagedException(damage.File, damage.Problem, damage.Block, DescriptorHint, damage);
        }
    }

    private async Task<IDisposable> LockAsync(RepositoryLock which, bool exclusive, string others, CancellationToken cancellationToken)
    {
        long start = _clock.GetTimestamp();
        while (true)
        {
            if (await Storage.TryLockAsync(which, exclusive, cancellationToken).ConfigureAwait(false) is { } taken)
            {
                return taken;
            }

            if (_clock.GetElapsedTime(start) >= _wait)
            {
                throw new StateBusyException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"another process has been {others} in {Storage.Location} for over {_wait.TotalSeconds:0.###} seconds"),
                    "Try again when it is done.");
            }

            await Task.Delay(PollInterval, _clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
