namespace LlmSpell.Backup;

/// <summary>Which backups are known to be whole or damaged, from reading them. Immutable.</summary>
/// <param name="Read">The layers whose every byte was found to be what was written.</param>
/// <param name="Damaged">The backups that were found damaged, newest first.</param>
/// <param name="FirstDamage">What was found in the newest of those; null if there is none.</param>
internal sealed record KnownGood(IReadOnlySet<ManifestLayer> Read, IReadOnlyList<BackupId> Damaged, BackupDamagedException? FirstDamage)
{
    /// <summary>Of nothing that was read.</summary>
    internal static KnownGood Nothing { get; } = new(new HashSet<ManifestLayer>(), [], null);

    /// <summary>What the user should know of the damaged ones.</summary>
    internal IReadOnlyList<string> Notices => Damaged.Count == 0
        ? []
        : [$"Damaged backups do not count as good: {string.Join(", ", Damaged)}. {FirstDamage!.Message}. "
            + $"What builds on them is damaged too, a new full backup is not; `llmspell backup validate {Damaged[0]}` names all that is damaged."];

    /// <summary>The newest backup that may count as good: all its files are there, and it was not found damaged.</summary>
    internal BackupSummary? Newest(RetentionSource source) => source.Own.LastOrDefault(backup => !backup.Manifest.IsSafety && MayBeGood(backup, source));

    /// <summary>
    /// The backup that is to stand in for those that a plan removes: the newest good one. Where there is none, the newest good safety backup that stays
    /// stands in for older ones, and for nothing else.
    /// </summary>
    internal BackupSummary? StandIn(RetentionPlan plan, RetentionSource source)
    {
        IReadOnlyList<BackupSummary> removed = plan.Removed;
        return Newest(source) ?? (removed.All(static backup => backup.Manifest.IsSafety)
            ? source.Own.LastOrDefault(backup => MayBeGood(backup, source) && removed.All(other => other.Id != backup.Id))
            : null);
    }

    /// <summary>Whether nobody will miss what a plan removes: a good backup was read as far as it has to stand in for that.</summary>
    internal bool Covers(RetentionPlan plan, RetentionSource source) =>
        !source.GivesUp(plan) || (StandIn(plan, source) is { } standIn && source.LayersToRead(plan, standIn).All(Read.Contains));

    private bool MayBeGood(BackupSummary backup, RetentionSource source) => source.Files.HoldsAll(backup.Manifest) && !Damaged.Contains(backup.Id);
}
