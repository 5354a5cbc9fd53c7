using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.Bench;

/// <summary>What a program would do that keeps its state in RocksDB by itself: one family, one put a save. What ours takes beyond it is the price of hashes, times and changes.</summary>
internal sealed class RawRocksDb(string folder) : Subject("plain-rocksdb", "plain RocksDB", ToolKind.Peer, folder)
{
    private Database? _database;
    private Family[] _families = [];
    private bool _strict;

    internal override string Description =>
        $"RocksDB by hand, through the same binding and with the same options as ours and a cache of {OwnRocksDb.CacheBytes >> 20} MiB: one family of key and value, one put a save, "
        + "without hash, time or change log; flushed each: the log is flushed after each transaction";

    internal override void Open(bool strict)
    {
        Directory.CreateDirectory(Folder);
        _database = Database.Open(Folder, ["default"], new DatabaseOptions(OwnRocksDb.CacheBytes, LogRecovery.ToTheEnd), out _families);
        _strict = strict;
    }

    internal override void Close()
    {
        foreach (Family family in _families)
        {
            family.Dispose();
        }

        _families = [];
        _database?.Dispose();
        _database = null;
    }

    internal override ISession Connect() => new RawRocksDbSession(_database ?? throw new InvalidOperationException("The database is not open."), _families[0], _strict);
}
