using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Chooses between full and incremental, and the parent. Decides only; reads nothing but what it is given.</summary>
internal static class CreatePlanner
{
    /// <param name="incremental">Whether an incremental is asked for.</param>
    /// <param name="options">How backups are made.</param>
    /// <param name="snapshot">The store as it will be backed up.</param>
    /// <param name="backups">The readable backups of the repository, oldest first.</param>
    /// <param name="files">The repository's layer files.</param>
    internal static CreatePlan Plan(
        bool incremental, BackupOptions options, IStateSnapshot snapshot, IReadOnlyList<BackupManifest> backups, LayerFileSet files)
    {
        if (!incremental)
        {
            return CreatePlan.Full(null);
        }

        if (!options.IncrementalEnabled)
        {
            return CreatePlan.Full("incremental backups are switched off (incremental_enabled = false)");
        }

        StoreStatus status = snapshot.Status;
        BackupManifest[] own = [.. backups.Where(backup => backup.Store == status.Store)];
        (BackupManifest? parent, StateVersion since) = FindParent(status, own, backups);
        if (parent is null)
        {
            return CreatePlan.Full(own.Length == 0
                ? "this store has no earlier backup here"
                : "no earlier backup here belongs to the store's present history (it was restored or created anew since)");
        }

        string? obstacle =
            FullIsDue(options, own)
            ?? LayersObstacle(parent, files)
            ?? ReachObstacle(snapshot.ReachOf(since), parent);
        return obstacle is null ? new CreatePlan(parent, since, null) : CreatePlan.Full(obstacle);
    }

    private static (BackupManifest? Parent, StateVersion Since) FindParent(
        StoreStatus status, BackupManifest[] own, IReadOnlyList<BackupManifest> all)
    {
        if (own.LastOrDefault(backup => backup.Lineage == status.Lineage) is { } newest)
        {
            return (newest, newest.Version);
        }

        // The backup that was restored counts as lying in the new lineage, at the version of the restore.
        return status.RestoredFrom is { } restored && all.LastOrDefault(backup => backup.Id.Value == restored.BackupId) is { } source
            ? (source, restored.Version)
            : (null, default);
    }

    private static string? FullIsDue(BackupOptions options, BackupManifest[] own)
    {
        if (options.FullBackupInterval is not { } interval)
        {
            return null;
        }

        // Of one that a wrong clock has dated to far in the future nobody knows the age; a small step back of the clock is none.
        TimeSpan? age = own.LastOrDefault(static backup => backup.Kind == BackupKind.Full) is { } full
            ? options.TimeProvider.GetUtcNow() - UnixTime.ToMoment(full.CreatedAt)
            : null;
        return age?.Duration() < interval ? null
            : age is null ? "no full backup of this store is here any more, so nobody knows how old the newest one is (full_backup_interval)"
            : age < TimeSpan.Zero ? $"the newest full backup is from the future, by more than {interval.TotalSeconds:0} seconds (full_backup_interval)"
            : $"the newest full backup is older than {interval.TotalSeconds:0} seconds (full_backup_interval)";
    }

    private static string? LayersObstacle(BackupManifest parent, LayerFileSet files) =>
        parent.Layers.FirstOrDefault(layer => !files.Holds(layer)) is { } missing
            ? $"layer {missing.Id} of its parent {parent.Id} is missing or has the wrong size"
            : null;

    private static string? ReachObstacle(ChangeLogReach reach, BackupManifest parent) => reach switch
    {
        ChangeLogReach.Complete => null,
        ChangeLogReach.Pruned => $"the store no longer remembers all changes since {parent.Id}",
        ChangeLogReach.Ahead => $"the store lies before {parent.Id}: an older copy of it was put in place",
        _ => $"the store cannot read the version that {parent.Id} was taken at",
    };
}
