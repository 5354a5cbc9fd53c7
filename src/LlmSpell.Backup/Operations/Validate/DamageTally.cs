namespace LlmSpell.Backup;

/// <summary>Collects damage, and says which backups are lost by what.</summary>
/// <param name="backups">All backups of the repository that can be read, oldest first.</param>
internal sealed class DamageTally(IReadOnlyList<BackupManifest> backups)
{
    private readonly List<(BackupDamagedException Damage, IReadOnlyList<BackupId> Lost)> _found = [];
    private readonly HashSet<BackupDamagedException> _ofContent = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ManifestLayer> _layers = [];

    /// <summary>Each damage once, in the order in which it was found, with all the backups of the repository that are lost by it.</summary>
    internal IReadOnlyList<BackupDamage> All => [.. _found.Select(static item => BackupDamage.Of(item.Damage, item.Lost))];

    /// <summary>The layers that are damaged.</summary>
    internal IReadOnlySet<ManifestLayer> Layers => _layers;

    internal void AddManifest(BackupId id, BackupDamagedException damage) => _found.Add((damage, [id]));

    /// <summary>Adds that a backup's files are what was written, but its content is not what it promises.</summary>
    internal void AddContent(BackupId id, BackupDamagedException damage)
    {
        _found.Add((damage, [id]));
        _ofContent.Add(damage);
    }

    /// <summary>Adds what is wrong with a layer; if it is known already, or nothing is wrong, nothing.</summary>
    internal void AddLayer(ManifestLayer layer, IReadOnlyList<BackupDamagedException> damages)
    {
        if (damages.Count == 0 || !_layers.Add(layer))
        {
            return;
        }

        BackupId[] lost = [.. backups.Where(backup => backup.Layers.Contains(layer)).Select(static backup => backup.Id)];
        _found.AddRange(damages.Select(damage => (damage, (IReadOnlyList<BackupId>)lost)));
    }

    internal bool IsLost(BackupId id) => _found.Exists(item => item.Lost.Contains(id));

    /// <summary>What a backup is lost by.</summary>
    internal IReadOnlyList<BackupDamagedException> Of(BackupId id) => [.. _found.Where(item => item.Lost.Contains(id)).Select(static item => item.Damage)];

    internal bool IsOfContent(BackupDamagedException damage) => _ofContent.Contains(damage);
}
