using LlmSpell.State;
using LlmSpell.State.RocksDb;

namespace LlmSpell.Bench;

/// <summary>Our store on RocksDB.</summary>
internal sealed class OwnRocksDb(string folder) : OwnStore("rocksdb", folder)
{
    private const long CacheBytes = 64L << 20;

    internal override string Description =>
        $"`StateStore` on the RocksDB backend with a cache of {CacheBytes >> 20} MiB; flushed each: `durability = \"strict\"`";

    protected override IStateBackend OpenBackend(string folder, bool strict) => RocksDbBackend.Open(
        new RocksDbOptions { Folder = folder, CacheBytes = CacheBytes, Durability = strict ? RocksDbDurability.Strict : RocksDbDurability.Normal });
}
