using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Tests.Memory;

public sealed class MemoryBackendContract : BackendContract
{
    protected override bool KeepsData => false;

    protected override IStateBackend Open(TimeSpan busyTimeout) => new MemoryBackend(busyTimeout);
}
