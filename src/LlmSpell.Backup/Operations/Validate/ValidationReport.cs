namespace LlmSpell.Backup;

/// <summary>What a validation found of one backup. Immutable.</summary>
/// <param name="Id">The backup.</param>
/// <param name="ChecksumValid">Whether every file is there and every byte that was looked at is what was written.</param>
/// <param name="IntegrityValid">Whether every record could be decoded, in order, and the merged layers add up to the backup's fingerprint and count.</param>
/// <param name="Errors">Each damage found, with file and block.</param>
/// <param name="Entries">How many live entries were counted; 0 if the content was not or could not be read.</param>
/// <param name="BytesRead">How many bytes of layers it has; 0 at the depth <see cref="ValidationDepth.Present"/>, which reads none.</param>
public sealed record ValidationReport(
    BackupId Id,
    bool ChecksumValid,
    bool IntegrityValid,
    IReadOnlyList<BackupDamagedException> Errors,
    long Entries,
    long BytesRead)
{
    /// <summary>Whether no damage was found: at the depths <see cref="ValidationDepth.Readable"/> and beyond, whether the backup restores.</summary>
    public bool IsValid => ChecksumValid && IntegrityValid;

    /// <summary>How far it looked.</summary>
    public ValidationDepth Depth { get; init; } = ValidationDepth.Readable;

    /// <summary>Why the repository does not remember this validation, as where it cannot be written to; null if it does.</summary>
    public string? NotRemembered { get; init; }
}
