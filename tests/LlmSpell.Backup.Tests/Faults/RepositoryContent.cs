namespace LlmSpell.Backup.Tests.Faults;

/// <summary>What belongs to a backup.</summary>
internal static class RepositoryContent
{
    /// <summary>The files of a backup: its layers', and its manifest.</summary>
    internal static IEnumerable<string> PathsOf(BackupManifest manifest) => manifest.Layers
        .SelectMany(static layer => new[] { RepositoryPaths.LayerData(layer.Id, layer.Codec), RepositoryPaths.LayerIndex(layer.Id) })
        .Append(RepositoryPaths.Manifest(manifest.Id));
}
