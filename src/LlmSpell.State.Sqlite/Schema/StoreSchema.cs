namespace LlmSpell.State.Sqlite.Schema;

/// <summary>The layout of <c>state.db</c>, which docs/store.md describes and gives the measurements for. It never changes within a format.</summary>
internal static class StoreSchema
{
    /// <summary>The name of the database file inside the state's folder.</summary>
    internal const string FileName = "state.db";

    /// <summary>Marks the file as ours: "LlSp" in ASCII. It stands at offset 68 of the file.</summary>
    internal const int ApplicationId = 0x4C6C5370;

    /// <summary>The format that this version reads and writes, kept as SQLite's <c>user_version</c>.</summary>
    internal const int Format = 1;

    /// <summary>The page size in bytes.</summary>
    internal const int PageSize = 4096;

    /// <summary>
    /// An entry whose scope, key and value are at most this long together lies in its page whole (a cell may take 1,002 bytes
    /// there); the value of a longer one goes to <c>large_values</c>, or every search past it would read all of it.
    /// </summary>
    internal const int MaxInlineBytes = 940;

    /// <summary>The tables of the store; each name must be there.</summary>
    internal static IReadOnlyList<string> Tables { get; } = ["changes", "entries", "large_values", "meta"];

    /// <summary>Under these names, which nobody uses for a table of his own, a new state is put together beside the present one, which then takes their place.</summary>
    internal const string IncomingPrefix = "llmspell_incoming_";

    /// <summary>The tables that hold a state's values.</summary>
    internal static IReadOnlyList<string> ValueTables { get; } = ["entries", "large_values"];

    /// <summary>Makes the tables in an empty file, inside a transaction.</summary>
    internal static IReadOnlyList<string> Create { get; } =
    [
        """
        CREATE TABLE entries(
          scope TEXT NOT NULL,
          key TEXT NOT NULL,
          modified_at INTEGER NOT NULL, -- microseconds since the Unix epoch
          hash BLOB NOT NULL,           -- XXH3-128 of scope, NUL, key, NUL, value
          large INTEGER,                -- where the value is in large_values, or NULL
          value BLOB,                   -- MessagePack, or NULL if it is in large_values
          PRIMARY KEY(scope, key)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE large_values(
          id INTEGER PRIMARY KEY,
          value BLOB NOT NULL           -- MessagePack
        ) STRICT
        """,
        """
        CREATE TABLE changes(
          sequence INTEGER PRIMARY KEY,
          scope TEXT NOT NULL,
          key TEXT NOT NULL,
          changed_at INTEGER NOT NULL,  -- microseconds since the Unix epoch
          replaced BLOB                 -- the hash of the entry before, or NULL if there was none
        ) STRICT
        """,
        """
        CREATE TABLE meta(
          id INTEGER PRIMARY KEY CHECK (id = 1),
          store TEXT NOT NULL,
          lineage TEXT NOT NULL,
          sequence INTEGER NOT NULL,        -- of the last change; it never goes back
          pruned_through INTEGER NOT NULL,  -- changes up to here are no longer in the log
          entries INTEGER NOT NULL,
          fingerprint BLOB NOT NULL,        -- the XOR of all hashes in entries
          restored_from TEXT,               -- the backup that this lineage began with, or NULL
          restored_sequence INTEGER,
          created_at INTEGER NOT NULL       -- microseconds since the Unix epoch
        ) STRICT
        """,
    ];

    /// <summary>Makes the tables of <see cref="ValueTables"/> again, under their other names.</summary>
    internal static IEnumerable<string> CreateIncoming => ValueTables.Select(static table =>
        Create.Single(statement => statement.StartsWith($"CREATE TABLE {table}(", StringComparison.Ordinal))
            .Replace($"CREATE TABLE {table}(", $"CREATE TABLE {IncomingPrefix}{table}(", StringComparison.Ordinal));
}
