namespace LlmSpell.Backup;

/// <summary>Which backups are known to be whole or damaged, from reading them. Immutable.</summary>
/// <param name="Whole">The newest backup whose every byte was found to be what was written; null if none was looked at, or none is whole.</param>
/// <param name="Damaged">Newer ones that were found damaged, newest first.</param>
/// <param name="FirstDamage">What was found in the newest of those; null if there is none.</param>
internal sealed record KnownGood(BackupId? Whole, IReadOnlyList<BackupId> Damaged, BackupDamagedException? FirstDamage)
{
    /// <summary>What the user should know of the damaged ones.</summary>
    internal IReadOnlyList<string> Notices => Damaged.Count == 0
        ? []
        : [$"Damaged backups do not count as good: {string.Join(", ", Damaged)}. {FirstDamage!.Message}. "
            + $"What builds on them is damaged too, a new full backup is not; `llmspell backup validate {Damaged[0]}` names all that is damaged."];

    /// <summary>The newest backup that may count as good: all its files are there, and it was not found damaged.</summary>
    internal BackupSummary? Newest(RetentionSource source) => source.Own.LastOrDefault(
        backup => !backup.Manifest.IsSafety && source.Files.HoldsAll(backup.Manifest) && !Damaged.Contains(backup.Id));
}
