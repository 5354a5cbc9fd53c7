namespace LlmSpell.Backup;

/// <summary>The backups about which a plan decides. Immutable.</summary>
/// <param name="Own">The store's readable backups, oldest first.</param>
/// <param name="NewestGood">The newest good one among them, which stays; null if there is none.</param>
/// <param name="Pins">The pins, of other backups too.</param>
internal sealed record RetentionHistory(IReadOnlyList<BackupSummary> Own, BackupId? NewestGood, IReadOnlyDictionary<BackupId, BackupPin> Pins);
