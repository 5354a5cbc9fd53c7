using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>Reads the two records in the default family that say what a store is.</summary>
internal static class StoreDescription
{
    /// <param name="session">The database.</param>
    /// <param name="readOptions">With the snapshot to read from.</param>
    internal static (Identity Identity, Counters Counters) Read(Session session, nint readOptions)
    {
        Database database = session.Database;
        using PinnedValue identity = database.Get(readOptions, session.Description, Identity.Key);
        using PinnedValue counters = database.Get(readOptions, session.Description, Counters.Key);
        return (
            Identity.Read(identity.IsFound ? identity.Bytes : default, database.Folder),
            Counters.Read(counters.IsFound ? counters.Bytes : default, database.Folder));
    }
}
