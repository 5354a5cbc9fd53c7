using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class SqliteBackendContract : BackendContract
{
    private readonly StoreFolder _folder = new();

    protected override IStateBackend Open(TimeSpan busyTimeout) =>
        SqliteBackend.Open(new SqliteOptions { Folder = _folder.Path, BusyTimeout = busyTimeout });

    protected override void CleanUp() => _folder.Dispose();
}
