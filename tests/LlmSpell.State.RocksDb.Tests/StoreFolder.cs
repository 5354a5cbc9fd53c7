using LlmSpell.Testing;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>The state's folder of one test.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder.Path;

    /// <summary>The store's own folder.</summary>
    public string Store => System.IO.Path.Combine(Path, "state.rocksdb");

    /// <summary>RocksDB's folder.</summary>
    public string Database => System.IO.Path.Combine(Store, "db");

    /// <summary>The log that RocksDB began last.</summary>
    public FileInfo NewestLog => new(Directory.GetFiles(Database, "*.log").Order(StringComparer.Ordinal).Last());

    public RocksDbBackend Open(TimeSpan? busyTimeout = null) =>
        RocksDbBackend.Open(new RocksDbOptions { Folder = Path, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(30) });

    public void Dispose() => _folder.Dispose();
}
