using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>One entry to save or load.</summary>
/// <param name="Key">Its name in a store of ours.</param>
/// <param name="Name">Its name where that is one piece: scope, slash, key.</param>
/// <param name="Value">The same bytes for all stores.</param>
internal readonly record struct WorkItem(StateKey Key, byte[] Name, StateValue Value);
