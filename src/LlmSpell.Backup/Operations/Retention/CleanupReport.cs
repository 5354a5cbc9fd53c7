namespace LlmSpell.Backup;

/// <summary>What a cleanup did, or would do. Immutable.</summary>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Decisions">Each backup of this store, newest first, kept or removed, with the reason.</param>
/// <param name="SpaceFreed">How many bytes were deleted; in a dry run, how many would be.</param>
/// <param name="Notices">What the user should know, such as rules that were suspended or a sweep that was put off.</param>
public sealed record CleanupReport(
    bool DryRun,
    IReadOnlyList<RetentionDecision> Decisions,
    long SpaceFreed,
    IReadOnlyList<string> Notices)
{
    /// <summary>
    /// Backups of this store that were found damaged, newest first. Not a full search: backups are read only as far as it must be known
    /// which good one stays.
    /// </summary>
    public IReadOnlyList<BackupId> Damaged { get; init; } = [];

    /// <summary>How many backups were removed, or would be.</summary>
    public int DeletedCount => Decisions.Count(static decision => !decision.Keep);

    /// <summary>How many stay.</summary>
    public int RetainedCount => Decisions.Count(static decision => decision.Keep);
}
