using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class SqliteBackendContract : BackendContract
{
    private readonly StoreFolder _folder = new();

    protected override IStateBackend Open(TimeSpan busyTimeout) => _folder.Open(busyTimeout);

    protected override void CleanUp()
    {
        DatabaseFile.Check(_folder.File);
        Assert.Equal(["state.db"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
        _folder.Dispose();
    }
}
