namespace LlmSpell.Backup;

/// <summary>What a validation of several backups found. Immutable.</summary>
/// <param name="Depth">How far it looked.</param>
/// <param name="Backups">
/// What was found of each backup, in the order in which they were asked for; of all backups, oldest first, with those whose manifests are damaged at the end.
/// </param>
/// <param name="Damages">Each damage once, with all the backups of the repository that are lost by it, those that were not asked for included.</param>
/// <param name="Unchecked">Backups that need a newer version to be read, when all were asked for: nothing is known of them.</param>
/// <param name="NotRemembered">Why the repository does not remember the results, as where it cannot be written to; null if it does.</param>
public sealed record ValidationResult(
    ValidationDepth Depth,
    IReadOnlyList<ValidationReport> Backups,
    IReadOnlyList<BackupDamage> Damages,
    IReadOnlyList<DamagedManifest> Unchecked,
    string? NotRemembered)
{
    /// <summary>Whether no damage was found in any of them.</summary>
    public bool IsValid => Backups.All(static backup => backup.IsValid);
}

/// <summary>Something that is damaged, and what is lost by it. Immutable.</summary>
/// <param name="File">The file's path in the repository.</param>
/// <param name="Block">The block's number from 0, or null where it is not about a block.</param>
/// <param name="Message">What is wrong, with the file and the block.</param>
/// <param name="Lost">The backups that cannot be restored because of it, oldest first.</param>
public sealed record BackupDamage(string File, int? Block, string Message, IReadOnlyList<BackupId> Lost)
{
    internal static BackupDamage Of(BackupDamagedException damage, IReadOnlyList<BackupId> lost) => new(damage.File, damage.Block, damage.Message, lost);
}
