using LlmSpell.State;
using LlmSpell.State.RocksDb;

namespace LlmSpell.Bench;

/// <summary>Our store on RocksDB.</summary>
internal sealed class OwnRocksDb(string folder) : OwnStore("rocksdb", folder)
{
    internal const long CacheBytes = 64L << 20;
    private const string VersionField = "rocksdb_version=";

    internal override string Description =>
        $"`StateStore` on the RocksDB backend with a cache of {CacheBytes >> 20} MiB; flushed each: `durability = \"strict\"`";

    internal override IEnumerable<string> Versions => [.. base.Versions, .. FindVersion()];

    protected override IStateBackend OpenBackend(string folder, bool strict) => RocksDbBackend.Open(
        new RocksDbOptions { Folder = folder, CacheBytes = CacheBytes, Durability = strict ? StateDurability.Strict : StateDurability.Normal });

    // Its C interface does not say which version it is, the files that it writes do.
    private IEnumerable<string> FindVersion() => Directory.EnumerateFiles(Folder, "OPTIONS-*", SearchOption.AllDirectories)
        .Take(1)
        .SelectMany(File.ReadLines)
        .Select(static line => line.Trim())
        .Where(static line => line.StartsWith(VersionField, StringComparison.Ordinal))
        .Select(static line => "RocksDB " + line[VersionField.Length..]);
}
