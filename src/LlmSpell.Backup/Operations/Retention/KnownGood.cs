namespace LlmSpell.Backup;

/// <summary>Which backups are known to be whole or damaged, from reading them. Immutable.</summary>
/// <param name="Whole">The newest backup whose every byte was found to be what was written; null if none was looked at, or none is whole.</param>
/// <param name="Damaged">Newer ones that were found damaged.</param>
/// <param name="Notices">What the user should know of those.</param>
internal sealed record KnownGood(BackupId? Whole, IReadOnlySet<BackupId> Damaged, IReadOnlyList<string> Notices)
{
    /// <summary>The newest backup that may count as good: all its files are there, and it was not found damaged.</summary>
    internal BackupSummary? Newest(RetentionSource source) => source.Own.LastOrDefault(
        backup => !backup.Manifest.IsSafety && source.Files.HoldsAll(backup.Manifest) && !Damaged.Contains(backup.Id));
}
