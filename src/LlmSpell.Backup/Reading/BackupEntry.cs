using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>One entry of a backup. Immutable.</summary>
/// <param name="Key">Its scope and key.</param>
/// <param name="Value">Its value then.</param>
/// <param name="ModifiedAt">When it had been saved, UTC.</param>
public sealed record BackupEntry(StateKey Key, StateValue Value, DateTimeOffset ModifiedAt);
