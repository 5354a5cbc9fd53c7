using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What a copy to another repository did. Immutable.</summary>
/// <param name="Copied">The backups that are there now and were not before, oldest first.</param>
/// <param name="AlreadyThere">The backups that were there already, oldest first.</param>
/// <param name="Failed">The backups that are not there, or not whole there, and why.</param>
/// <param name="Files">How many files were copied.</param>
/// <param name="Bytes">How many bytes they have.</param>
public sealed record CopyReport(
    IReadOnlyList<BackupId> Copied, IReadOnlyList<BackupId> AlreadyThere, IReadOnlyList<FailedCopy> Failed, int Files, long Bytes);

/// <summary>A backup that could not be copied. Immutable.</summary>
/// <param name="Id">The backup.</param>
/// <param name="Problem">Why: most often damage, here or there.</param>
public sealed record FailedCopy(BackupId Id, StateException Problem);
