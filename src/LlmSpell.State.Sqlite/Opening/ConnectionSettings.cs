using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Writing;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>What each connection to a store sets; docs/store.md has the measurements behind the sizes.</summary>
internal static class ConnectionSettings
{
    /// <summary>The page cache of a connection in KiB; a large transaction spills to the log beyond it.</summary>
    internal const int CacheKib = 20 << 10;

    /// <summary>The same for a connection that walks in the order of keys: it comes back to a page soon or never, but for the inner pages of <c>large_values</c>.</summary>
    internal const int WalkCacheKib = 4 << 10;

    /// <summary>
    /// The same while single entries are looked up in the order of keys. In a cache that is larger than what is read, each page takes memory of its own, new
    /// from the kernel each time, since SQLite forgets all pages after others wrote.
    /// </summary>
    internal const int LookupCacheKib = 1 << 10;

    internal static void Apply(Connection connection, int cacheKib = CacheKib)
    {
        // Until the writing connection watches the log by itself, and for what is dropped when a store is opened.
        connection.Execute($"PRAGMA wal_autocheckpoint={LogCheckpoint.Pages}");
        SetCache(connection, cacheKib);

        // After a large transaction, or a snapshot that was open for long, the log shrinks to this again.
        connection.Execute($"PRAGMA journal_size_limit={(long)LogCheckpoint.MaxPages * Schema.StoreSchema.PageSize}");

        // A plain fsync on macOS does not reach the medium.
        if (OperatingSystem.IsMacOS())
        {
            connection.Execute("PRAGMA fullfsync=ON");
        }

        // A database that somebody else wrote or damaged gets no chance to run code of its own, and lies about its
        // content are found when they are read.
        connection.Execute("PRAGMA trusted_schema=OFF");
        connection.Execute("PRAGMA cell_size_check=ON");
    }

    /// <summary>Sets how much of the database a connection keeps in memory.</summary>
    internal static void SetCache(Connection connection, int kib) => connection.Execute($"PRAGMA cache_size=-{kib}");
}
