using LlmSpell.State;

namespace LlmSpell.Cli.Opening.Backends;

/// <summary>A backend that was opened for reading.</summary>
/// <param name="Backend">It.</param>
/// <param name="Holder">Says who has the state to himself, where this is only a view of it at one moment; null where it is the state itself.</param>
internal readonly record struct ReadableBackend(IStateBackend Backend, StateBusyException? Holder = null);
