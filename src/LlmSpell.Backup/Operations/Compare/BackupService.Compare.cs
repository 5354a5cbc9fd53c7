using System.Text;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <content>Looking into backups without restoring them.</content>
public sealed partial class BackupService
{
    /// <summary>Compares a backup with another one, or with the present state, entry by entry.</summary>
    /// <param name="before">The id of the backup that counts as the earlier state.</param>
    /// <param name="after">The id of the backup that counts as the later one; null: the present state.</param>
    /// <param name="selection">Which entries; null: all.</param>
    /// <param name="each">Is given each difference in the order of keys; null: only the sums are wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">What had to be read is not what was written.</exception>
    /// <exception cref="StateCorruptException">The present state is damaged.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository or the store cannot be read.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DifferenceSummary> CompareAsync(
        string before,
        string? after,
        EntrySelection? selection = null,
        Action<EntryDifference>? each = null,
        CancellationToken cancellationToken = default)
    {
        selection ??= EntrySelection.All;
        (BackupRepository repository, BackupId earlier) = await FindAsync(before, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            BackupEntrySource source = await OpenSourceAsync(repository, earlier, selection, cancellationToken).ConfigureAwait(false);
            if (after is not null)
            {
                (_, BackupId later) = await FindAsync(after, cancellationToken).ConfigureAwait(false);
                BackupEntrySource other = await OpenSourceAsync(repository, later, selection, cancellationToken).ConfigureAwait(false);
                return await CompareOperation.RunAsync(source, other, each, cancellationToken).ConfigureAwait(false);
            }

            using IStateSnapshot present = OpenStore().OpenSnapshot();
            return await CompareOperation.RunAsync(source, new StoreEntrySource(present, selection), each, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads one entry of a backup: one block of each of its layers at the most.</summary>
    /// <param name="id">The backup's id.</param>
    /// <param name="key">Which entry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The entry; null if the backup has none of that key.</returns>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">What had to be read is not what was written.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<BackupEntry?> LoadAsync(string id, StateKey key, CancellationToken cancellationToken = default)
    {
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            BackupManifest manifest = await repository.ReadManifestAsync(backup, cancellationToken).ConfigureAwait(false);
            return await BackupLookup.FindAsync(repository.Storage, manifest, key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The keys of a scope of a backup that start with a prefix, in the order of their UTF-8 bytes.</summary>
    /// <param name="id">The backup's id.</param>
    /// <param name="scope">The scope; a <c>*</c> has no meaning here.</param>
    /// <param name="prefix">The beginning of the keys; empty: all keys.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The scope could not be that of any entry, or the prefix not the beginning of any key.</exception>
    /// <exception cref="BackupNotFoundException">There is none with that id.</exception>
    /// <exception cref="BackupDamagedException">What had to be read is not what was written.</exception>
    /// <exception cref="StateUnsupportedException">The backup or the repository needs a newer version, or its file system has no locks.</exception>
    /// <exception cref="StateStorageException">The repository cannot be read.</exception>
    /// <exception cref="StateBusyException">A cleanup or a repair went on for longer than <see cref="BackupOptions.BusyTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IReadOnlyList<string>> ListKeysAsync(
        string id, string scope, string prefix = "", CancellationToken cancellationToken = default)
    {
        EntrySelection selection = EntrySelection.OfScope(scope, prefix);
        (BackupRepository repository, BackupId backup) = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        using (await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false))
        {
            BackupEntrySource source = await OpenSourceAsync(repository, backup, selection, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                List<string> keys = [];
                while (await source.MoveNextAsync(cancellationToken).ConfigureAwait(false))
                {
                    keys.Add(Encoding.UTF8.GetString(source.Key));
                }

                return keys;
            }
        }
    }

    private static async Task<BackupEntrySource> OpenSourceAsync(
        BackupRepository repository, BackupId id, EntrySelection selection, CancellationToken cancellationToken) =>
        new(repository.Storage, await repository.ReadManifestAsync(id, cancellationToken).ConfigureAwait(false), selection);
}
