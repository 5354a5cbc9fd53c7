namespace LlmSpell.Backup;

/// <summary>What the files of some backups take, each file once, while backups are taken out. Not thread-safe.</summary>
internal sealed class KeptFiles
{
    private readonly Dictionary<LayerId, int> _holders = [];

    internal KeptFiles(IEnumerable<BackupSummary> backups)
    {
        foreach (BackupSummary backup in backups)
        {
            ManifestBytes += backup.ManifestBytes;
            foreach (ManifestLayer layer in backup.Manifest.Layers)
            {
                int holders = _holders.GetValueOrDefault(layer.Id);
                _holders[layer.Id] = holders + 1;
                LayerBytes += holders == 0 ? layer.DataBytes + layer.IndexBytes : 0;
            }
        }
    }

    internal long Bytes => ManifestBytes + LayerBytes;

    internal long ManifestBytes { get; private set; }

    internal long LayerBytes { get; private set; }

    internal void Remove(BackupSummary backup)
    {
        ManifestBytes -= backup.ManifestBytes;
        foreach (ManifestLayer layer in backup.Manifest.Layers)
        {
            LayerBytes -= --_holders[layer.Id] == 0 ? layer.DataBytes + layer.IndexBytes : 0;
        }
    }
}
