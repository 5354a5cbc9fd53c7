using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Keeping single backups from being cleaned up.</content>
public sealed partial class BackupService
{
    /// <summary>The longest reason of a pin, in UTF-16 code units.</summary>
    public const int MaxReasonLength = 4096;

    /// <summary>
    /// Keeps a backup, of this store or another, from every cleanup until it is unpinned. A backup that is pinned already keeps its reason: to
    /// change that, unpin it first.
    /// </summary>
    /// <param name="id">The backup's id.</param>
    /// <param name="reason">Why, for those who find the pin later; at most <see cref="MaxReasonLength"/>.</param>
    /// <param name="cancellationToken">Ends the wait for others.</param>
    /// <exception cref="ArgumentException">The reason is too long, or not valid Unicode.</exception>
    /// <exception cref="BackupNotFoundException">There is no backup with that id.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read or written.</exception>
    /// <exception cref="StateBusyException">Others published, cleaned up or pinned for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<PinResult> PinAsync(string id, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (reason.Length > MaxReasonLength)
        {
            throw new ArgumentException($"A reason has at most {MaxReasonLength} characters.", nameof(reason));
        }

        _ = KeyRules.StrictUtf8(reason, nameof(reason));
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            await RequireManifestAsync(backup, cancellationToken).ConfigureAwait(false);
            if (await PinFiles.TryReadAsync(_storage, backup, cancellationToken).ConfigureAwait(false) is { } present)
            {
                return new PinResult(present, IsNew: false);
            }

            long since = UnixTime.Microseconds(_options.TimeProvider);
            byte[] bytes = PinJson.Write(backup, reason, since);
            await RepositoryFiles.PutAsync(_storage, RepositoryPaths.Pin(backup), bytes, cancellationToken).ConfigureAwait(false);
            return new PinResult(new BackupPin(backup, reason, UnixTime.ToMoment(since), Problem: null), IsNew: true);
        }
    }

    /// <summary>Lets the retention rules decide about a backup again.</summary>
    /// <returns>Whether it was pinned.</returns>
    /// <exception cref="BackupNotFoundException">There is neither a backup with that id nor a pin of one.</exception>
    /// <exception cref="BackupDamagedException">repository.json is damaged, or missing although there are backups.</exception>
    /// <exception cref="StateUnsupportedException">The repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read or written.</exception>
    /// <exception cref="StateBusyException">Others published, cleaned up or pinned for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> UnpinAsync(string id, CancellationToken cancellationToken = default)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await PinFiles.TryReadAsync(_storage, backup, cancellationToken).ConfigureAwait(false) is null)
            {
                await RequireManifestAsync(backup, cancellationToken).ConfigureAwait(false);
                return false;
            }

            await _storage.DeleteAsync([RepositoryPaths.Pin(backup)], cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    // Not read: a backup whose manifest is damaged may be worth keeping for whoever can repair it.
    private async Task RequireManifestAsync(BackupId id, CancellationToken cancellationToken)
    {
        IRepositoryFile manifest = await _storage.OpenAsync(RepositoryPaths.Manifest(id), cancellationToken).ConfigureAwait(false)
            ?? throw new BackupNotFoundException(id.Value, Location);
        await manifest.DisposeAsync().ConfigureAwait(false);
    }
}
