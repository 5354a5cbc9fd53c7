using LlmSpell.State;

namespace LlmSpell.Cli.Opening.Backends;

/// <summary>A backend that was opened for reading.</summary>
/// <param name="Backend">It.</param>
/// <param name="IsView">Whether it shows the state at one moment only, and cannot write.</param>
/// <param name="Holder">Says who has the state to himself meanwhile; null if nobody has.</param>
internal readonly record struct ReadableBackend(IStateBackend Backend, bool IsView = false, StateBusyException? Holder = null);
