namespace LlmSpell.Backup;

/// <summary>
/// Reads a whole backup as a restore would, without a store. Only when that fails are the layers read one by one, to name every
/// damage and not just the first.
/// </summary>
internal sealed class ValidateOperation(BackupRepository repository, ProgressMeter? meter)
{
    /// <summary>The caller holds the lock on the layers, shared.</summary>
    internal async Task<ValidationReport> RunAsync(BackupId id, CancellationToken cancellationToken)
    {
        BackupManifest manifest;
        try
        {
            manifest = await repository.ReadManifestAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupDamagedException damage)
        {
            return new ValidationReport(id, ChecksumValid: false, IntegrityValid: false, [damage], 0, 0);
        }

        try
        {
            StateSum sum = await AddUpAsync(manifest, cancellationToken).ConfigureAwait(false);
            if (sum == StateSum.Of(manifest))
            {
                return new ValidationReport(id, ChecksumValid: true, IntegrityValid: true, [], sum.Entries, manifest.RestoreBytes);
            }

            BackupDamagedException damage = new(
                RepositoryPaths.Manifest(id),
                $"promises {manifest.Entries} entries with fingerprint {manifest.Fingerprint}, but its layers hold {sum.Entries} with {sum.Fingerprint}");
            return new ValidationReport(id, ChecksumValid: true, IntegrityValid: false, [damage], sum.Entries, manifest.RestoreBytes);
        }
        catch (BackupDamagedException first)
        {
            List<BackupDamagedException> errors = await FindAllAsync(manifest, cancellationToken).ConfigureAwait(false);
            bool checksumsValid = errors.Count == 0;
            return new ValidationReport(id, checksumsValid, IntegrityValid: false, checksumsValid ? [first] : errors, 0, manifest.RestoreBytes);
        }
    }

    private async Task<StateSum> AddUpAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        meter?.Begin(BackupStage.Validating, manifest.Layers.Sum(static layer => layer.Records), manifest.Layers.Sum(static layer => layer.RawBytes));
        StateSum sum = default;
        await using MergedLayers merged =
            await MergedLayers.OpenAsync(repository.Storage, manifest.Layers, addUp: true, cancellationToken).ConfigureAwait(false);
        merged.Meter = meter;
        while (await merged.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            sum.Add(merged.Run.Sum);
        }

        return sum;
    }

    private async Task<List<BackupDamagedException>> FindAllAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        List<BackupDamagedException> errors = [];
        foreach (ManifestLayer layer in manifest.Layers)
        {
            await LayerVerifier.VerifyAsync(repository.Storage, layer, errors.Add, cancellationToken).ConfigureAwait(false);
        }

        return errors;
    }
}
