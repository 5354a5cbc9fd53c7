using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>All that is known of a repository after it was read whole. Immutable.</summary>
/// <param name="Descriptor">What is wrong with repository.json; null if nothing is.</param>
/// <param name="Manifests">All manifests, oldest first.</param>
/// <param name="Validation">What was found of the backups and their layers.</param>
/// <param name="Rebuildable">Damaged layers of which only the index is damaged, and can be made again.</param>
/// <param name="Pins">What is wrong with pins.</param>
/// <param name="Memories">What is wrong with remembered validations.</param>
/// <param name="ToldDamage">The remembered validations that found their backups damaged.</param>
/// <param name="Files">Every file, by folder.</param>
internal sealed record RepositoryFindings(
    BackupDamagedException? Descriptor,
    IReadOnlyList<ManifestEntry> Manifests,
    ValidationFindings Validation,
    IReadOnlySet<ManifestLayer> Rebuildable,
    IReadOnlyList<DamagedPin> Pins,
    IReadOnlyList<BackupDamagedException> Memories,
    IReadOnlyList<(string Path, BackupId Backup)> ToldDamage,
    ILookup<string, RepositoryEntry> Files)
{
    /// <summary>The manifests that need a newer version; they may name any layer.</summary>
    internal IEnumerable<ManifestEntry> Unreadable =>
        Manifests.Where(static entry => entry.Problem is StateUnsupportedException);

    /// <summary>The backups that are not whole, and that no repair makes whole, oldest first.</summary>
    internal IEnumerable<ManifestEntry> Lost => Manifests.Where(entry => entry.Problem is BackupDamagedException || IsLost(entry));

    /// <summary>The backups that are whole, or are so once their indexes are made again, oldest first.</summary>
    internal IEnumerable<BackupManifest> Kept =>
        Manifests.Where(entry => entry.Manifest is not null && !IsLost(entry)).Select(static entry => entry.Manifest!);

    /// <summary>
    /// Damaged pins of backups that stay. No repair touches them: no file is ever replaced, and if it stopped between taking the old one away
    /// and putting a new one, the next cleanup would delete the backup.
    /// </summary>
    internal IEnumerable<DamagedPin> PinsInUse =>
        Pins.Where(pin => Manifests.Any(entry => entry.Id == pin.Backup) && Lost.All(entry => entry.Id != pin.Backup));

    /// <summary>The layers that any manifest names which can be read.</summary>
    internal IEnumerable<ManifestLayer> Named => Manifests.SelectMany(static entry => entry.Manifest?.Layers ?? []);

    private bool IsLost(ManifestEntry entry)
    {
        DamageTally damages = Validation.Damages;
        return entry.Manifest is { } manifest
            && (manifest.Layers.Any(layer => damages.Layers.Contains(layer) && !Rebuildable.Contains(layer))
                || damages.Of(entry.Id).Any(damages.IsOfContent));
    }
}

/// <summary>A pin that cannot be read, and pins all the same. Immutable.</summary>
/// <param name="Backup">The pinned backup.</param>
/// <param name="Damage">What is wrong.</param>
internal sealed record DamagedPin(BackupId Backup, BackupDamagedException Damage);
