using Microsoft.Data.Sqlite;

namespace LlmSpell.Bench;

/// <summary>What it takes SQLite to fill an empty database with the entries of another in one transaction, while others may read it.</summary>
internal sealed class BareLoad(StateFolder state, string folder) : BackupTool("INSERT … SELECT", ToolKind.Reference)
{
    private readonly string _restored = Path.Combine(folder, "inserted.db");

    internal override string Description =>
        "`sqlite3` fills an empty table like ours with all rows of ours in one transaction with a write-ahead log, so that it happens whole or not at all: "
        + "`INSERT INTO entries SELECT * FROM` the other database, for which SQLite moves the rows without taking them apart; nothing is decompressed";

    internal override string? Missing => Programs.Missing("sqlite3");

    internal override void BeginRound()
    {
    }

    internal override Cost? Run(Operation operation) => operation != Operation.Restore ? null : ChildProcess.Measure(new Command(
        "sqlite3",
        _restored,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        + $"ATTACH '{state.Database.Replace("'", "''", StringComparison.Ordinal)}' AS ours; "
        + $"BEGIN; {Schema()}; INSERT INTO entries SELECT * FROM ours.entries; COMMIT"));

    internal override void CheckRestored(Expectation expected)
    {
        using (SqliteConnection connection = Connect(_restored))
        using (SqliteCommand read = connection.CreateCommand())
        {
            read.CommandText = "SELECT value, (SELECT count(*) FROM entries) FROM entries WHERE scope = $scope AND key = $key";
            read.Parameters.AddWithValue("$scope", expected.Changed.Key.ScopeText);
            read.Parameters.AddWithValue("$key", expected.Changed.Key.KeyText);
            using SqliteDataReader row = read.ExecuteReader();
            bool isThere = row.Read();
            expected.RequireEntries(Name, isThere ? row.GetInt64(1) : 0, isThere ? row.GetFieldValue<byte[]>(0) : []);
        }

        File.Delete(_restored);
    }

    internal override void EndRound()
    {
    }

    private string Schema()
    {
        using SqliteConnection connection = Connect(state.Database);
        using SqliteCommand schema = connection.CreateCommand();
        schema.CommandText = "SELECT sql FROM sqlite_schema WHERE name = 'entries'";
        return (string)schema.ExecuteScalar()!;
    }

    private static SqliteConnection Connect(string database)
    {
        SqliteConnection connection = new($"Data Source={database};Pooling=False");
        connection.Open();
        return connection;
    }
}
