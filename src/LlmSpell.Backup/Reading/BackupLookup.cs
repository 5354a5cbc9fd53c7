using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Finds one entry of a backup: of each layer, the newest first, it reads the index and the one block that may hold the key, and checks both.
/// The caller holds the lock on the layers.
/// </summary>
internal static class BackupLookup
{
    /// <returns>The entry; null if the backup has none of that key.</returns>
    /// <exception cref="BackupDamagedException">What had to be read is not what was written.</exception>
    internal static async Task<BackupEntry?> FindAsync(
        IRepositoryStorage storage, BackupManifest manifest, StateKey key, CancellationToken cancellationToken)
    {
        for (int i = manifest.Layers.Count - 1; i >= 0; i--)
        {
            LayerFile file = (await LayerFile.OpenAsync(
                storage, manifest.Layers[i], static damage => throw damage, cancellationToken).ConfigureAwait(false))!;
            await using (file.ConfigureAwait(false))
            {
                if (file.Index.BlockOf(key) is not { } number)
                {
                    continue;
                }

                using LoadedBlock block = await file.LoadAsync(number, addUp: false, cancellationToken).ConfigureAwait(false);
                if (block.Damage is { } damage)
                {
                    throw damage;
                }

                if (Find(block, key) is { } record)
                {
                    RecordSlot slot = block.Records[record];
                    return slot.IsTombstone
                        ? null
                        : new BackupEntry(key, StateValue.FromStored(block.Value(record).ToArray()), UnixTime.ToMoment(slot.ModifiedAt));
                }
            }
        }

        return null;
    }

    private static int? Find(LoadedBlock block, StateKey key)
    {
        int low = 0;
        int high = block.Records.Length - 1;
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            int order = StateKey.Compare(block.Scope(middle), block.Key(middle), key.Scope, key.Key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
