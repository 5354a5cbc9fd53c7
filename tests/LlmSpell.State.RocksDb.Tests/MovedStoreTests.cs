using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class MovedStoreTests : MovedStoreContract
{
    protected override IStateBackend Open(string folder) => RocksDbBackend.Open(new RocksDbOptions { Folder = folder });
}
