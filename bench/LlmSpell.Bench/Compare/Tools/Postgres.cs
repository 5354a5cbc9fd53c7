using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>The same entries in a PostgreSQL table, dumped by pg_dump.</summary>
internal sealed class Postgres : BackupTool
{
    private const string Columns = "scope text, key text, modified bigint, value bytea, PRIMARY KEY (scope, key)";

    private readonly string? _programs = Programs.FindPostgres();
    private PostgresServer? _server;
    private int _database;
    private Entry _probe;

    internal Postgres()
        : base("pg_dump -Fc", ToolKind.Peer)
    {
    }

    internal override string Description =>
        "the same entries in a table of a PostgreSQL server with its default settings; `pg_dump -Fc`; `pg_restore -f /dev/null`; `pg_restore` into an empty database. "
        + "Memory is the program and the server's largest process together";

    internal override IEnumerable<string> Versions => [Programs.Version(Path.Combine(_programs!, "pg_dump"), "--version")];

    internal override string? Missing => _programs is null ? "PostgreSQL's server is not installed"
        : Environment.IsPrivilegedProcess ? Programs.Missing("setpriv")
        : null;

    private PostgresServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    private string Dump => Path.Combine(Server.Folder, "state.dump");

    private string Restored => string.Create(CultureInfo.InvariantCulture, $"restored{_database}");

    internal override void Load(IEnumerable<Entry> entries)
    {
        _server = new PostgresServer(_programs!);
        Server.Query("postgres", "CREATE DATABASE state");
        Server.Query("state", $"CREATE TABLE entries ({Columns}); CREATE TABLE changed (LIKE entries)");
        Server.CopyInto("state", "entries", entries);
        Server.Query("state", "VACUUM ANALYZE entries");
    }

    internal override void Apply(IReadOnlyList<Entry> changed)
    {
        Server.CopyInto("state", "changed", changed);
        Server.Query(
            "state",
            "INSERT INTO entries SELECT * FROM changed ON CONFLICT (scope, key) DO UPDATE SET modified = excluded.modified, value = excluded.value; TRUNCATE changed");
        _probe = changed[^1];
    }

    internal override void BeginRound() => File.Delete(Dump);

    internal override Cost? Run(Operation operation)
    {
        switch (operation)
        {
            case Operation.Verify:
                return ChildProcess.Measure(Server.Of("pg_restore", "-f", "/dev/null", Dump), Server.Process);
            case Operation.Restore:
                _database++;
                Server.Query("postgres", $"CREATE DATABASE {Restored}");
                return ChildProcess.Measure(Server.Of("pg_restore", "-d", Restored, Dump), Server.Process);
        }

        Cost cost = ChildProcess.Measure(Server.Of("pg_dump", "-Fc", "-f", Dump, "-t", "entries", "state"), Server.Process);
        return cost with { Bytes = new FileInfo(Dump).Length };
    }

    internal override void CheckRestored(Expectation expected)
    {
        string key = Convert.ToHexString(_probe.Key.Key);
        string scope = Convert.ToHexString(_probe.Key.Scope);
        string found = Server.Query(
            Restored,
            $"SELECT encode(value, 'hex') FROM entries WHERE scope = convert_from('\\x{scope}', 'UTF8') AND key = convert_from('\\x{key}', 'UTF8')");
        long entries = long.Parse(Server.Query(Restored, "SELECT count(*) FROM entries"), CultureInfo.InvariantCulture);
        expected.RequireEntries(Name, entries, Convert.FromHexString(found));
        Server.Query("postgres", $"DROP DATABASE {Restored}");
    }

    internal override void EndRound() => File.Delete(Dump);

    public override void Dispose()
    {
        base.Dispose();
        _server?.Dispose();
    }
}
