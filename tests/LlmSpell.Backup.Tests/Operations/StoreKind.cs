using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>The backends that backups are tested over.</summary>
public enum StoreKind
{
    Memory,
    Sqlite,
    RocksDb,
}

internal static class StoreKinds
{
    internal static IStateBackend Open(this StoreKind kind, string folder) => kind switch
    {
        StoreKind.Sqlite => SqliteBackend.Open(new SqliteOptions { Folder = folder }),
        StoreKind.RocksDb => RocksDbBackend.Open(new RocksDbOptions { Folder = folder }),
        _ => new MemoryBackend(),
    };
}
