namespace LlmSpell.State.Sqlite.Tests;

/// <summary>A folder for one test, deleted when the test has passed.</summary>
internal sealed class StoreFolder : IDisposable
{
    internal string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), "llmspell-tests", System.IO.Path.GetRandomFileName());

    internal string File => System.IO.Path.Combine(Path, "state.db");

    internal SqliteBackend Open(TimeSpan? busyTimeout = null) =>
        SqliteBackend.Open(new SqliteOptions { Folder = Path, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(30) });

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed && Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
