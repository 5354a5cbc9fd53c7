using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Reads a repository's pins. A backup is pinned for as long as the file is there; what is in it only says why.</summary>
internal static class PinFiles
{
    internal static async Task<IReadOnlyDictionary<BackupId, BackupPin>> ReadAllAsync(IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        Dictionary<BackupId, BackupPin> pins = [];
        foreach (RepositoryEntry file in await storage.ListAsync(RepositoryPaths.Pins, cancellationToken).ConfigureAwait(false))
        {
            // One that is gone by now was taken away since: then the backup is not pinned.
            if (RepositoryPaths.TryParseBackup(file.Path, out BackupId id) &&
                await TryReadAsync(storage, id, cancellationToken).ConfigureAwait(false) is { } pin)
            {
                pins[id] = pin;
            }
        }

        return pins;
    }

    /// <summary>One pin, with what is wrong with it where it cannot be read; null if there is none.</summary>
    internal static async Task<BackupPin?> TryReadAsync(IRepositoryStorage storage, BackupId id, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.Pin(id);
        try
        {
            byte[]? bytes = await RepositoryFiles.ReadAsync(storage, path, cancellationToken).ConfigureAwait(false);
            return bytes is null ? null : PinJson.Read(path, id, bytes);
        }
        catch (StateException e)
        {
            return new BackupPin(id, Reason: null, Since: null, e);
        }
    }
}
