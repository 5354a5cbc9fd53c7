namespace LlmSpell.Backup;

/// <summary>Checks a layer's files by their lengths and hashes alone, without decoding.</summary>
internal static class LayerVerifier
{
    /// <summary>Checks that a layer's files are there and have the sizes and the SHA-256 that the manifest says.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="report">Takes each damaged file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether the files are what was written.</returns>
    /// <exception cref="State.StateStorageException">Nothing can be read there.</exception>
    internal static async Task<bool> VerifyBytesAsync(
        IRepositoryStorage storage, ManifestLayer layer, Action<BackupDamagedException> report, CancellationToken cancellationToken) =>
        await VerifyBytesAsync(storage, layer, report, meter: null, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="VerifyBytesAsync(IRepositoryStorage, ManifestLayer, Action{BackupDamagedException}, CancellationToken)"/>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="report">Takes each damaged file.</param>
    /// <param name="meter">Counts the bytes of the data file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<bool> VerifyBytesAsync(
        IRepositoryStorage storage,
        ManifestLayer layer,
        Action<BackupDamagedException> report,
        ProgressMeter? meter,
        CancellationToken cancellationToken)
    {
        Tally tally = new(report);
        await VerifyDataAsync(storage, layer, tally, meter, cancellationToken).ConfigureAwait(false);
        try
        {
            await LayerDamage.ReadIndexAsync(storage, layer, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupDamagedException e)
        {
            tally.Report(e);
        }

        return tally.IsWhole;
    }

    /// <summary>Checks the data file of a layer by its length and SHA-256 alone: what is left to do without its index.</summary>
    /// <inheritdoc cref="VerifyBytesAsync(IRepositoryStorage, ManifestLayer, Action{BackupDamagedException}, ProgressMeter?, CancellationToken)"/>
    internal static Task VerifyDataAsync(
        IRepositoryStorage storage,
        ManifestLayer layer,
        Action<BackupDamagedException> report,
        ProgressMeter? meter,
        CancellationToken cancellationToken) =>
        VerifyDataAsync(storage, layer, new Tally(report), meter, cancellationToken);

    private static async Task VerifyDataAsync(
        IRepositoryStorage storage, ManifestLayer layer, Tally tally, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        if (tally.Knows(path))
        {
            return;
        }

        IRepositoryFile? data = await CheckedFile.OpenAsync(storage, path, layer.DataBytes, tally.Report, cancellationToken).ConfigureAwait(false);
        if (data is not null)
        {
            await using (data.ConfigureAwait(false))
            {
                if (tally.Knows(path))
                {
                    return;
                }

                try
                {
                    string sha256 = await LayerDamage.HashAsync(data, meter, cancellationToken).ConfigureAwait(false);
                    if (LayerDamage.OfSha256(path, sha256, layer.DataSha256) is { } mismatch)
                    {
                        tally.Report(mismatch);
                    }
                }
                catch (BackupDamagedException e)
                {
                    tally.Report(e);
                }
            }
        }
    }

    private sealed class Tally(Action<BackupDamagedException> report)
    {
        private readonly HashSet<string> _files = new(StringComparer.Ordinal);

        internal bool IsWhole => _files.Count == 0;

        internal bool Knows(string file) => _files.Contains(file);

        internal void Report(BackupDamagedException damage)
        {
            _files.Add(damage.File);
            report(damage);
        }
    }
}
