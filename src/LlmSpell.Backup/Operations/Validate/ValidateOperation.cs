namespace LlmSpell.Backup;

/// <summary>
/// Looks at backups as far as it is asked to, without the store, and names every damage and not just the first. Layers that several of them
/// share are read once; only the depth <see cref="ValidationDepth.Restored"/> reads each backup once more by itself.
/// </summary>
/// <param name="repository">Where the backups are.</param>
/// <param name="scratch">Opens scratch stores; only for <see cref="ValidationDepth.Restored"/>.</param>
/// <param name="meter">Counts what was read.</param>
internal sealed class ValidateOperation(BackupRepository repository, Func<IScratchStore>? scratch, ProgressMeter? meter)
{
    /// <summary>The caller holds the lock on the layers.</summary>
    /// <param name="all">The manifests of the repository, oldest first.</param>
    /// <param name="chosen">Those of them to validate.</param>
    /// <param name="depth">How far to look.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<ValidationFindings> RunAsync(
        IReadOnlyList<ManifestEntry> all, IReadOnlyList<ManifestEntry> chosen, ValidationDepth depth, CancellationToken cancellationToken)
    {
        BackupManifest[] readable = [.. chosen.Select(static entry => entry.Manifest).OfType<BackupManifest>()];
        DamageTally damages = new([.. all.Select(static entry => entry.Manifest).OfType<BackupManifest>()]);
        foreach (ManifestEntry entry in chosen)
        {
            if (entry.Problem is BackupDamagedException damage)
            {
                damages.AddManifest(entry.Id, damage);
            }
        }

        IReadOnlyDictionary<BackupId, StateSum> sums = depth == ValidationDepth.Present
            ? await LookAsync(readable, damages, cancellationToken).ConfigureAwait(false)
            : await ReadAsync(readable, damages, cancellationToken).ConfigureAwait(false);
        if (depth == ValidationDepth.Restored)
        {
            await RestoreAsync(readable, damages, cancellationToken).ConfigureAwait(false);
        }

        ValidationReport[] reports = [.. chosen
            .Where(static entry => entry.Problem is null or BackupDamagedException)
            .Select(entry => Report(entry, depth, sums, damages))];
        return new ValidationFindings(reports, damages);
    }

    private async Task<IReadOnlyDictionary<BackupId, StateSum>> LookAsync(
        BackupManifest[] manifests, DamageTally damages, CancellationToken cancellationToken)
    {
        LayerFileSet files = await LayerFileSet.ListAsync(repository.Storage, cancellationToken).ConfigureAwait(false);
        foreach (ManifestLayer layer in manifests.SelectMany(static manifest => manifest.Layers).Distinct())
        {
            damages.AddLayer(layer, files.FindDamage(layer));
        }

        return new Dictionary<BackupId, StateSum>();
    }

    private async Task<IReadOnlyDictionary<BackupId, StateSum>> ReadAsync(
        BackupManifest[] manifests, DamageTally damages, CancellationToken cancellationToken)
    {
        IReadOnlyList<LayerBatch> batches = LayerBatch.Plan(manifests);
        ManifestLayer[] layers = [.. batches.SelectMany(static batch => batch.Layers)];
        meter?.Begin(BackupStage.Validating, layers.Sum(static layer => layer.Records), layers.Sum(static layer => layer.RawBytes));
        Dictionary<BackupId, StateSum> sums = [];
        foreach (LayerBatch batch in batches)
        {
            LayerUnionResult read = await LayerUnion.RunAsync(repository.Storage, batch, meter, cancellationToken).ConfigureAwait(false);
            foreach ((ManifestLayer layer, IReadOnlyList<BackupDamagedException> found) in read.Damages)
            {
                damages.AddLayer(layer, found);
            }

            foreach (BackupManifest manifest in batch.Backups.Where(manifest => manifest.Layers.All(layer => !read.Damages.ContainsKey(layer))))
            {
                StateSum sum = read.Sums[manifest.Id];
                sums[manifest.Id] = sum;
                if (sum != StateSum.Of(manifest))
                {
                    damages.AddContent(manifest.Id, new BackupDamagedException(
                        RepositoryPaths.Manifest(manifest.Id),
                        $"promises {manifest.Entries} entries with fingerprint {manifest.Fingerprint}, but its layers hold {sum.Entries} with {sum.Fingerprint}"));
                }
            }
        }

        return sums;
    }

    private async Task RestoreAsync(BackupManifest[] manifests, DamageTally damages, CancellationToken cancellationToken)
    {
        ScratchRestore restore = new(repository.Storage, scratch!, meter);
        foreach (BackupManifest manifest in manifests.Where(manifest => !damages.IsLost(manifest.Id)))
        {
            try
            {
                if (await restore.RunAsync(manifest, cancellationToken).ConfigureAwait(false) is { } damage)
                {
                    damages.AddContent(manifest.Id, damage);
                }
            }
            catch (BackupDamagedException e) when (manifest.Layers.FirstOrDefault(layer => RepositoryPaths.LayerFiles([layer]).Contains(e.File)) is { } layer)
            {
                // It was whole when it was read a moment ago.
                damages.AddLayer(layer, [e]);
            }
        }
    }

    private static ValidationReport Report(
        ManifestEntry entry, ValidationDepth depth, IReadOnlyDictionary<BackupId, StateSum> sums, DamageTally damages)
    {
        IReadOnlyList<BackupDamagedException> errors = damages.Of(entry.Id);
        bool checksumsValid = errors.All(damages.IsOfContent);
        long bytes = depth == ValidationDepth.Present || entry.Manifest is null ? 0 : entry.Manifest.RestoreBytes;
        long entries = sums.GetValueOrDefault(entry.Id).Entries;
        return new ValidationReport(entry.Id, checksumsValid, IntegrityValid: errors.Count == 0, errors, entries, bytes) { Depth = depth };
    }
}
