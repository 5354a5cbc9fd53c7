namespace LlmSpell.Backup;

/// <summary>What an operation dealt with, for who measures. Immutable.</summary>
/// <param name="Id">The backup.</param>
/// <param name="Kind"><c>full</c> or <c>incremental</c>.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Bytes">What was added to the repository, or read from it.</param>
internal sealed record OperationFacts(BackupId Id, string Kind, long Entries, long Bytes)
{
    internal static OperationFacts Of(BackupSummary backup, long bytes) =>
        new(backup.Id, backup.IsIncremental ? "incremental" : "full", backup.Manifest.Entries, bytes);
}
