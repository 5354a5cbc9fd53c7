namespace LlmSpell.State.Sqlite.Schema;

/// <summary>The statements of the store.</summary>
internal static class Sql
{
    internal const string ReadEntry =
        "SELECT modified_at, hash, large, value FROM entries WHERE scope = ?1 AND key = ?2";

    internal const string FindEntry =
        "SELECT hash, large FROM entries WHERE scope = ?1 AND key = ?2";

    internal const string ReadLarge =
        "SELECT value FROM large_values WHERE id = ?1";

    /// <summary>A function that takes a row and is false, or does not take it and is true.</summary>
    internal const string GatherName = "llmspell_gather";

    /// <summary>Without bounds, which SQLite would compare with each row.</summary>
    internal const string ScanAll =
        "SELECT modified_at, hash, large, value, scope, key FROM entries "
        + $"WHERE {GatherName}(modified_at, hash, large, value, scope, key) ORDER BY scope, key";

    internal const string Scan =
        "SELECT modified_at, hash, large, value, scope, key FROM entries "
        + "WHERE (scope, key) >= (?1, ?2) AND (scope, key) < (?3, ?4) ORDER BY scope, key";

    /// <summary>Reads a range of rowids, so that the cost follows the number of changes and not of entries.</summary>
    internal const string ChangesByKey =
        "SELECT scope, key, replaced, changed_at FROM changes WHERE sequence > ?1 ORDER BY scope, key, sequence";

    internal const string InsertEntry =
        "INSERT INTO entries(scope, key, modified_at, hash, large, value) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";

    /// <summary>A virtual table in whose place nobody's own table can be meant.</summary>
    internal const string FeedName = "llmspell_entry_feed";

    internal const string FeedColumns =
        "CREATE TABLE feed(scope TEXT, key TEXT, modified_at INTEGER, hash BLOB, large INTEGER, value BLOB)";

    /// <summary>
    /// The whole transaction ends with a failure anyhow; with the usual ABORT, SQLite would keep a copy of each page that the statement changes.
    /// </summary>
    internal const string InsertFeed =
        $"INSERT OR ROLLBACK INTO {StoreSchema.IncomingPrefix}entries(scope, key, modified_at, hash, large, value) "
        + $"SELECT scope, key, modified_at, hash, large, value FROM {FeedName}";

    internal const string UpdateEntry =
        "UPDATE entries SET modified_at = ?3, hash = ?4, large = ?5, value = NULL WHERE scope = ?1 AND key = ?2";

    /// <summary>A function that is always true and notes what was there.</summary>
    internal const string ReplacesName = "llmspell_replaces";

    internal const string UpdateInline =
        "UPDATE entries SET modified_at = ?3, hash = ?4, large = NULL, value = ?5 "
        + $"WHERE scope = ?1 AND key = ?2 AND {ReplacesName}(hash, large)";

    internal const string DeleteEntry =
        $"DELETE FROM entries WHERE scope = ?1 AND key = ?2 AND {ReplacesName}(hash, large)";

    internal const string InsertLarge =
        "INSERT INTO large_values(value) VALUES(?1)";

    internal const string InsertIncomingLarge =
        $"INSERT INTO {StoreSchema.IncomingPrefix}large_values(value) VALUES(?1)";

    /// <summary>The literals of these two end with a NUL that is not counted, as SQLite wants it.</summary>
    internal static ReadOnlySpan<byte> IncomingLargeValues => "llmspell_incoming_large_values"u8;

    internal static ReadOnlySpan<byte> LargeValueColumn => "value"u8;

    internal const string CountIncoming =
        $"SELECT count(*) FROM sqlite_schema WHERE name IN ('{StoreSchema.IncomingPrefix}entries', '{StoreSchema.IncomingPrefix}large_values')";

    /// <summary>Those of SQLite itself have no statement.</summary>
    internal const string OwnIndexesAndTriggers =
        "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('entries', 'large_values') AND type IN ('index', 'trigger') AND sql IS NOT NULL";

    internal const string UpdateLarge =
        "UPDATE large_values SET value = ?1 WHERE id = ?2";

    internal const string DeleteLarge =
        "DELETE FROM large_values WHERE id = ?1";

    internal const string InsertChange =
        "INSERT INTO changes(sequence, scope, key, changed_at, replaced) VALUES(?1, ?2, ?3, ?4, ?5)";

    internal const string PruneChanges =
        "DELETE FROM changes WHERE sequence <= ?1";

    internal const string ReadMeta =
        "SELECT sequence, pruned_through, entries, fingerprint, store, lineage, restored_from, restored_sequence FROM meta WHERE id = 1";

    internal const string WriteMeta =
        "UPDATE meta SET sequence = ?1, pruned_through = ?2, entries = ?3, fingerprint = ?4 WHERE id = 1";

    internal const string WriteRestore =
        "UPDATE meta SET store = ?1, lineage = ?2, restored_from = ?3, restored_sequence = ?4 WHERE id = 1";

    internal const string InsertMeta =
        "INSERT INTO meta VALUES(1, ?1, ?2, 0, 0, 0, zeroblob(16), NULL, NULL, ?3)";
}
