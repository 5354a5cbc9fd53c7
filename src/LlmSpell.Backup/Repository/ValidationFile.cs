namespace LlmSpell.Backup;

/// <summary>The file of a remembered validation. Immutable.</summary>
/// <param name="Backup">The backup that was validated, as the file's name says it.</param>
/// <param name="Number">Which of its validations, from 1; the highest counts.</param>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Length">The file's length in bytes.</param>
internal sealed record ValidationFile(BackupId Backup, long Number, string Path, long Length);
