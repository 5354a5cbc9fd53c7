using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// What a validation found, as the repository remembers it. It tells people when a backup was last looked at; nothing is decided by it:
/// files change after they were read. Immutable.
/// </summary>
/// <param name="Backup">The backup.</param>
/// <param name="FinishedAt">When it was finished, in microseconds since the Unix epoch, UTC.</param>
/// <param name="Depth">How far it looked.</param>
/// <param name="IsWhole">Whether it found no damage.</param>
/// <param name="Errors">How many damages it found that the backup is lost by.</param>
/// <param name="Tool">The program and version that looked.</param>
public sealed record RememberedValidation(BackupId Backup, long FinishedAt, ValidationDepth Depth, bool IsWhole, long Errors, string Tool)
{
    /// <summary>When it was finished.</summary>
    public DateTimeOffset Moment => UnixTime.ToMoment(FinishedAt);
}
