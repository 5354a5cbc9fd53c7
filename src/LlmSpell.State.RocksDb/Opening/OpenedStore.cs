using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>A store as it was found.</summary>
/// <param name="Session">The database; its first user is whoever opened it.</param>
/// <param name="Generation">The families with the present state.</param>
/// <param name="Identity">What the store is.</param>
/// <param name="Counters">What it holds.</param>
internal sealed record OpenedStore(Session Session, Generation Generation, Identity Identity, Counters Counters);
