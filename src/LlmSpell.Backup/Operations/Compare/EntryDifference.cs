using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>One entry that differs between two states. Entries that only have another time do not differ. Immutable.</summary>
/// <param name="Kind">How it differs.</param>
/// <param name="Key">Its scope and key.</param>
/// <param name="Before">Its value in the earlier state; null if that has none.</param>
/// <param name="After">Its value in the later state; null if that has none.</param>
public sealed record EntryDifference(DifferenceKind Kind, StateKey Key, StateValue? Before, StateValue? After);
