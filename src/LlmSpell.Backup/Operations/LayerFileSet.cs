namespace LlmSpell.Backup;

/// <summary>The files of a repository's layers, as listed at one moment. Immutable.</summary>
internal sealed class LayerFileSet(IEnumerable<RepositoryEntry> files)
{
    private readonly Dictionary<string, long> _lengths = files.ToDictionary(static file => file.Path, static file => file.Length);

    internal static async Task<LayerFileSet> ListAsync(IRepositoryStorage storage, CancellationToken cancellationToken) =>
        new(await storage.ListAsync(RepositoryPaths.Layers, cancellationToken).ConfigureAwait(false));

    /// <summary>Whether both files of a layer are there, with the right sizes.</summary>
    internal bool Holds(ManifestLayer layer) =>
        _lengths.GetValueOrDefault(RepositoryPaths.LayerData(layer.Id, layer.Codec), -1) == layer.DataBytes &&
        _lengths.GetValueOrDefault(RepositoryPaths.LayerIndex(layer.Id), -1) == layer.IndexBytes;

    /// <summary>What is wrong with the presence and the sizes of a layer's files.</summary>
    internal IReadOnlyList<BackupDamagedException> FindDamage(ManifestLayer layer)
    {
        string data = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        string index = RepositoryPaths.LayerIndex(layer.Id);
        return [.. new[] { LayerDamage.OfLength(data, Find(data), layer.DataBytes), LayerDamage.OfLength(index, Find(index), layer.IndexBytes) }
            .OfType<BackupDamagedException>()];
    }

    internal bool HoldsAll(BackupManifest manifest) => manifest.Layers.All(Holds);

    private long? Find(string path) => _lengths.TryGetValue(path, out long length) ? length : null;
}
