namespace LlmSpell.Backup;

/// <summary>Says of each damage in a repository what it costs.</summary>
internal static class DamageCosts
{
    internal static IReadOnlyList<RepositoryDamage> Of(RepositoryFindings findings)
    {
        List<RepositoryDamage> damages = [];
        if (findings.Descriptor is { } descriptor)
        {
            BackupId[] all = [.. findings.Manifests.Select(static entry => entry.Id)];
            damages.Add(Damage(
                descriptor, all, isRepairable: !findings.Unreadable.Any(), "nothing can be listed, made or restored without it; it says nothing that is needed and cannot be made again"));
        }

        HashSet<string> indexes = [.. findings.Rebuildable.Select(static layer => RepositoryPaths.LayerIndex(layer.Id))];
        foreach (BackupDamage damage in findings.Validation.Damages.All)
        {
            bool isRepairable = indexes.Contains(damage.File);
            string backups = damage.Lost.Count == 1 ? "1 backup" : $"{damage.Lost.Count} backups";
            damages.Add(new RepositoryDamage(
                damage.File, damage.Block, damage.Message, damage.Lost, isRepairable,
                isRepairable ? $"{backups} cannot be restored until it is made again from the layer's data, which is whole"
                    : damage.Lost.Count == 1 ? "1 backup is lost" : $"{backups} are lost"));
        }

        HashSet<DamagedPin> inUse = [.. findings.PinsInUse];
        damages.AddRange(findings.Pins.Select(pin => inUse.Contains(pin)
            ? Damage(pin.Damage, [], isRepairable: false, $"the backup {pin.Backup} stays pinned; why and since when is lost. Unpin it and pin it again")
            : Damage(pin.Damage, [], isRepairable: true, "only the pin of a backup that is gone or lost")));
        damages.AddRange(findings.Memories.Select(static damage => Damage(
            damage, [], isRepairable: true, "only the memory of a validation is lost")));
        return damages;
    }

    private static RepositoryDamage Damage(BackupDamagedException damage, IReadOnlyList<BackupId> affected, bool isRepairable, string cost) =>
        new(damage.File, damage.Block, damage.Message, affected, isRepairable, cost);
}
