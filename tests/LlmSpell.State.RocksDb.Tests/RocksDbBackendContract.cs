using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class RocksDbBackendContract : BackendContract
{
    private readonly StoreFolder _folder = new();

    protected override IStateBackend Open(TimeSpan busyTimeout) => _folder.Open(busyTimeout);

    protected override void CleanUp()
    {
        // Whatever a test did, the store was closed for good: nobody is named as its holder, and nothing is left of replacements.
        Assert.Equal(
            ["db", "flushed", "format", "lock"],
            Directory.EnumerateFileSystemEntries(_folder.Store).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        _folder.Dispose();
    }
}
