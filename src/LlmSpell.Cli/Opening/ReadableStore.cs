using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

/// <summary>A store that was opened for reading.</summary>
/// <param name="Store">It.</param>
/// <param name="Holder">Says who has the state to himself, where this is only a view of it at one moment; null where it is the state itself.</param>
internal readonly record struct ReadableStore(StateStore Store, StateBusyException? Holder);
