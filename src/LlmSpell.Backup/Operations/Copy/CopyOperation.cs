using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Copies backups to another repository: the layers first, then the manifest, each under its own name and checked on the way. So a copy that is
/// interrupted leaves layers that no manifest names there, and the next one goes on with them.
/// </summary>
internal sealed class CopyOperation(BackupRepository source, BackupRepository target, ProgressMeter? meter)
{
    private readonly FileCopy _files = new(source.Storage, target.Storage, meter);
    private readonly HashSet<ManifestLayer> _whole = [];
    private long _manifestBytes;

    /// <summary>The caller holds the locks on the layers of both, shared.</summary>
    /// <param name="ids">Which backups; null: all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BackupNotFoundException">There is none with one of the ids; nothing was copied.</exception>
    internal async Task<CopyReport> RunAsync(IReadOnlyCollection<BackupId>? ids, CancellationToken cancellationToken)
    {
        IReadOnlyList<ManifestEntry> all = await source.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        if (ids?.FirstOrDefault(id => all.All(entry => entry.Id != id)) is { } missing && missing != default)
        {
            throw new BackupNotFoundException(missing.Value, source.Storage.Location);
        }

        BackupManifest[] here = [.. all.Select(static entry => entry.Manifest).OfType<BackupManifest>()];
        ManifestEntry[] chosen = [.. all.Where(entry => ids is null || ids.Contains(entry.Id))];
        IReadOnlyList<ManifestEntry> there = await target.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
        HashSet<BackupId> known = [.. there.Select(static entry => entry.Id)];
        BackupManifest[] readable = [.. there.Select(static entry => entry.Manifest).OfType<BackupManifest>()];
        LayerFileSet files = await LayerFileSet.ListAsync(target.Storage, cancellationToken).ConfigureAwait(false);
        meter?.Begin(BackupStage.Copying, totalBytes: chosen
            .Where(entry => !known.Contains(entry.Id))
            .SelectMany(static entry => entry.Manifest?.Layers ?? []).Distinct().Sum(static layer => layer.DataBytes + layer.IndexBytes));

        List<BackupId> copied = [];
        List<BackupId> present = [];
        List<FailedCopy> failed = [];
        foreach (ManifestEntry entry in chosen)
        {
            try
            {
                BackupManifest manifest = entry.Manifest ?? throw entry.Problem!;
                bool isThere = known.Contains(entry.Id) && await CheckThereAsync(entry.Id, files, cancellationToken).ConfigureAwait(false);
                bool isNew = !isThere && await CopyAsync(manifest, here, readable, cancellationToken).ConfigureAwait(false);
                (isNew ? copied : present).Add(entry.Id);
            }
            catch (BackupNotFoundException) when (ids is null)
            {
                // A cleanup has removed it meanwhile, so it is not one of all backups any more.
            }
            catch (Exception e) when (e is BackupDamagedException or BackupNotFoundException or StateUnsupportedException)
            {
                failed.Add(new FailedCopy(entry.Id, (StateException)e));
            }
        }

        return new CopyReport(copied, present, failed, _files.Files + copied.Count, _files.Bytes + _manifestBytes);
    }

    /// <returns>Whether it was not there before.</returns>
    private async Task<bool> CopyAsync(
        BackupManifest manifest, IReadOnlyList<BackupManifest> here, IReadOnlyList<BackupManifest> there, CancellationToken cancellationToken)
    {
        CopyOrder.Check(manifest, here, there, target.Storage.Location);
        foreach (ManifestLayer layer in manifest.Layers.Where(layer => !_whole.Contains(layer)))
        {
            string data = RepositoryPaths.LayerData(layer.Id, layer.Codec);
            await _files.EnsureAsync(data, layer.DataBytes, layer.DataSha256, cancellationToken).ConfigureAwait(false);
            await _files.EnsureAsync(RepositoryPaths.LayerIndex(layer.Id), layer.IndexBytes, layer.IndexSha256, cancellationToken).ConfigureAwait(false);
            _whole.Add(layer);
        }

        string path = RepositoryPaths.Manifest(manifest.Id);
        byte[] bytes = await ReadOwnManifestAsync(manifest.Id, cancellationToken).ConfigureAwait(false);
        using (await target.LockPublishAsync(cancellationToken).ConfigureAwait(false))
        {
            // Somebody may have made a backup there meanwhile.
            IReadOnlyList<ManifestEntry> now = await target.ReadManifestsAsync(cancellationToken).ConfigureAwait(false);
            CopyOrder.Check(manifest, here, [.. now.Select(static entry => entry.Manifest).OfType<BackupManifest>()], target.Storage.Location);
            try
            {
                await RepositoryFiles.PutAsync(target.Storage, path, bytes, cancellationToken).ConfigureAwait(false);
                _manifestBytes += bytes.Length;
                return true;
            }
            catch (StateConflictException)
            {
                LayerFileSet files = await LayerFileSet.ListAsync(target.Storage, cancellationToken).ConfigureAwait(false);
                if (await CheckThereAsync(manifest.Id, files, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }

                throw;
            }
        }
    }

    /// <summary>Checks that a backup that is there is the same one, with all its files in their sizes.</summary>
    /// <returns>False if it is gone meanwhile.</returns>
    private async Task<bool> CheckThereAsync(BackupId id, LayerFileSet files, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.Manifest(id);
        byte[] own = await ReadOwnManifestAsync(id, cancellationToken).ConfigureAwait(false);
        if (await ReadManifestAsync(target.Storage, id, cancellationToken).ConfigureAwait(false) is not { } other)
        {
            return false;
        }

        if (!own.AsSpan().SequenceEqual(other))
        {
            throw Damaged(path, "is not the one that is here");
        }

        foreach (ManifestLayer layer in ManifestJson.Read(path, id, own).Layers)
        {
            if (files.FindDamage(layer) is [var damage, ..])
            {
                throw Damaged(damage.File, damage.Problem);
            }
        }

        return true;
    }

    /// <exception cref="BackupNotFoundException">It is gone meanwhile.</exception>
    private async Task<byte[]> ReadOwnManifestAsync(BackupId id, CancellationToken cancellationToken) =>
        await ReadManifestAsync(source.Storage, id, cancellationToken).ConfigureAwait(false) ?? throw new BackupNotFoundException(id.Value, source.Storage.Location);

    /// <returns>Null if there is none.</returns>
    private static async Task<byte[]?> ReadManifestAsync(IRepositoryStorage storage, BackupId id, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.Manifest(id);
        byte[]? bytes = await RepositoryFiles.ReadAsync(storage, path, cancellationToken).ConfigureAwait(false);
        if (bytes is not null)
        {
            _ = ManifestJson.Read(path, id, bytes);
        }

        return bytes;
    }

    private BackupDamagedException Damaged(string file, string problem) => new(
        file, $"{problem}, in {target.Storage.Location}", hint: "Run `llmspell repository repair` there, then copy again.");
}
