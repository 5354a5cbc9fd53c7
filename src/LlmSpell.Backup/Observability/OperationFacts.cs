namespace LlmSpell.Backup;

/// <summary>What an operation dealt with, for who measures. Immutable.</summary>
/// <param name="Id">The backup.</param>
/// <param name="Kind"><c>full</c> or <c>incremental</c>.</param>
/// <param name="Entries">How many entries the backup has; of a restore of selected entries, how many were changed.</param>
/// <param name="Bytes">What was added to the repository, or read from it; null where that is not counted.</param>
internal sealed record OperationFacts(BackupId Id, string Kind, long Entries, long? Bytes)
{
    internal static OperationFacts Of(BackupSummary backup, long bytes) => new(backup.Id, KindOf(backup), backup.Manifest.Entries, bytes);

    internal static OperationFacts Of(RestoreResult result) => result.Changes is { } changes
        ? new OperationFacts(result.Backup.Id, KindOf(result.Backup), changes.Counts.Total, Bytes: null)
        : Of(result.Backup, result.Backup.RestoreBytes);

    private static string KindOf(BackupSummary backup) => backup.IsIncremental ? "incremental" : "full";
}
