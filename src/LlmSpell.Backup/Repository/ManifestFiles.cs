using System.Collections.Concurrent;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Reads a repository's manifests, on all cores where there are many. What it has read once it keeps: a manifest never changes, and this
/// object lives no longer than one operation. Thread-safe.
/// </summary>
internal sealed class ManifestFiles(IRepositoryStorage storage)
{
    // Fewer are read faster than other threads can be asked to help.
    private const int ManyFiles = 32;

    private readonly ConcurrentDictionary<BackupId, ManifestEntry> _known = [];
    private readonly KnownLayers _layers = new();

    /// <summary>All that are there now, in the order of their ordinals; those that cannot be read stand at the end, by their names.</summary>
    /// <exception cref="StateStorageException">Nothing can be read there.</exception>
    internal async Task<IReadOnlyList<ManifestEntry>> ReadAllAsync(CancellationToken cancellationToken)
    {
        List<(RepositoryEntry File, BackupId Id)> files = [];
        foreach (RepositoryEntry file in await storage.ListAsync(RepositoryPaths.Manifests, cancellationToken).ConfigureAwait(false))
        {
            if (RepositoryPaths.TryParseBackup(file.Path, out BackupId id))
            {
                files.Add((file, id));
            }
        }

        ManifestEntry?[] entries = new ManifestEntry?[files.Count];
        int next = -1;
        async Task ReadSomeAsync()
        {
            for (int i = Interlocked.Increment(ref next); i < entries.Length; i = Interlocked.Increment(ref next))
            {
                entries[i] = await ReadAsync(files[i].File, files[i].Id, cancellationToken).ConfigureAwait(false);
            }
        }

        int helpers = entries.Length < ManyFiles ? 0 : Environment.ProcessorCount - 1;
        await Task.WhenAll([
            .. Enumerable.Range(0, helpers).Select(_ => Task.Run(ReadSomeAsync, cancellationToken)),
            ReadSomeAsync()]).ConfigureAwait(false);
        return [.. entries
            .OfType<ManifestEntry>()
            .OrderBy(static entry => entry.Manifest?.Ordinal ?? long.MaxValue)
            .ThenBy(static entry => entry.Id.Value, StringComparer.Ordinal)];
    }

    /// <summary>Reads one manifest anew; null if there is none.</summary>
    /// <exception cref="BackupDamagedException">It is not what was written.</exception>
    /// <exception cref="StateUnsupportedException">It needs a newer version.</exception>
    internal async Task<BackupSummary?> TryReadAsync(BackupId id, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.Manifest(id);
        byte[]? bytes = await RepositoryFiles.ReadAsync(storage, path, cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : new BackupSummary(ManifestJson.Read(path, id, bytes, _layers), bytes.Length);
    }

    /// <returns>Null if it is gone meanwhile.</returns>
    private async Task<ManifestEntry?> ReadAsync(RepositoryEntry file, BackupId id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out ManifestEntry? known) && known.Length == file.Length)
        {
            return known;
        }

        try
        {
            if (await TryReadAsync(id, cancellationToken).ConfigureAwait(false) is not { } backup)
            {
                return null;
            }

            ManifestEntry entry = new(id, file.Path, backup.ManifestBytes, backup.Manifest, null);
            _known[id] = entry;
            return entry;
        }
        catch (StateException e) when (e is BackupDamagedException or StateUnsupportedException)
        {
            return new ManifestEntry(id, file.Path, file.Length, null, e);
        }
    }
}
