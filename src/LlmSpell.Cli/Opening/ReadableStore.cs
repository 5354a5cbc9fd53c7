using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

/// <summary>A store that was opened for reading.</summary>
/// <param name="Store">It.</param>
/// <param name="IsView">Whether it shows the state at one moment only, and cannot write.</param>
/// <param name="Holder">Says who has the state to himself meanwhile; null if nobody has.</param>
internal readonly record struct ReadableStore(StateStore Store, bool IsView, StateBusyException? Holder);
