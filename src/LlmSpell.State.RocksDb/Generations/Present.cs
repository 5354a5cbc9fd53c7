using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Generations;

/// <summary>A store as it was committed last. Immutable.</summary>
/// <param name="Generation">The families with the state.</param>
/// <param name="Identity">What the store is.</param>
/// <param name="Counters">What it holds.</param>
internal sealed record Present(Generation Generation, Identity Identity, Counters Counters)
{
    internal StoreStatus Status => Identity.Describe(Counters);
}
