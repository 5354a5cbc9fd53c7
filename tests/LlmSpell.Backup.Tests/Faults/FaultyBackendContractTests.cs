using LlmSpell.State;
using LlmSpell.Testing.Backends;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>As long as nothing fails, the decorator is a backend like the one that it wraps.</summary>
public sealed class FaultyBackendContractTests : BackendContract
{
    protected override bool KeepsData => false;

    protected override IStateBackend Open(TimeSpan busyTimeout) => new FaultyBackend(new MemoryBackend(busyTimeout), failAt: 0);
}
