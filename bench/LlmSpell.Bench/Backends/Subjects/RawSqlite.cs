using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.Bench;

/// <summary>What a program would do that keeps its state in SQLite by itself: one table, one upsert a save, one connection that its threads share.</summary>
internal sealed class RawSqlite(string folder) : Subject("plain-sqlite", "plain SQLite", ToolKind.Peer, folder)
{
    private RawSqliteSession? _session;

    internal override string Description =>
        "SQLite by hand, through the same binding as ours: one table of key and value, one upsert a save, WAL and `synchronous=NORMAL`, without hash, time or change log; "
        + "cache and checkpoint interval as ours; threads take turns on one connection; flushed each: `synchronous=FULL`";

    internal override IEnumerable<string> Versions => ["SQLite " + SqliteLibrary.Version];

    internal override void Open(bool strict)
    {
        Directory.CreateDirectory(Folder);
        Connection connection = Connection.Open(
            Path.Combine(Folder, "plain.db"), OpenMode.ReadWrite | OpenMode.Create, new BusyWait(TimeSpan.Zero, TimeProvider.System));
        connection.Execute("PRAGMA journal_mode=WAL");
        connection.Execute(strict ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        connection.Execute("PRAGMA wal_autocheckpoint=16384");
        connection.Execute("PRAGMA cache_size=-20480");
        connection.Execute("CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
        _session = new RawSqliteSession(connection);
    }

    internal override void Close()
    {
        _session?.Close();
        _session = null;
    }

    internal override ISession Connect() => _session ?? throw new InvalidOperationException("The database is not open.");
}
