namespace LlmSpell.Backup;

/// <summary>What a validation found. Immutable.</summary>
/// <param name="Id">The backup.</param>
/// <param name="ChecksumValid">Whether every file is there and every byte is what was written.</param>
/// <param name="IntegrityValid">Whether every record could be decoded, in order, and the merged layers add up to the backup's fingerprint and count.</param>
/// <param name="Errors">Each damage found, with file and block.</param>
/// <param name="Entries">How many live entries were counted; 0 if the content could not be read.</param>
/// <param name="BytesRead">How many bytes of layers it has.</param>
public sealed record ValidationReport(
    BackupId Id,
    bool ChecksumValid,
    bool IntegrityValid,
    IReadOnlyList<BackupDamagedException> Errors,
    long Entries,
    long BytesRead)
{
    /// <summary>Whether the backup restores.</summary>
    public bool IsValid => ChecksumValid && IntegrityValid;
}
