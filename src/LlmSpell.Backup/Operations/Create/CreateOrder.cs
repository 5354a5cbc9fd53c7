namespace LlmSpell.Backup;

/// <summary>What to take, as the user or a restore asks for it. Immutable.</summary>
internal sealed record CreateOrder(bool Incremental, string Description, bool IsSafety = false);
