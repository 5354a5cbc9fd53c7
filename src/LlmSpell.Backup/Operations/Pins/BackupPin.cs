using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>That a backup stays whatever the retention rules say. Immutable.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Reason">Why; may be empty. Null if it cannot be read.</param>
/// <param name="Since">Since when. Null if it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null if it can. It pins all the same.</param>
public sealed record BackupPin(BackupId Backup, string? Reason, DateTimeOffset? Since, StateException? Problem);

/// <summary>What pinning did. Immutable.</summary>
/// <param name="Pin">The pin that is there now.</param>
/// <param name="IsNew">Whether it was made; false if the backup was pinned already, with the reason that stands in <paramref name="Pin"/>.</param>
public sealed record PinResult(BackupPin Pin, bool IsNew);
