using LlmSpell.State;
using Microsoft.Data.Sqlite;

namespace LlmSpell.Bench;

/// <summary>What a program would do that keeps its state in SQLite by itself: one table, one upsert a save.</summary>
internal sealed class PlainSqlite : IDisposable
{
    private readonly SqliteConnection _connection;

    internal PlainSqlite(string file)
    {
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=NORMAL");
        Execute("PRAGMA wal_autocheckpoint=16384");
        Execute("CREATE TABLE entries(scope TEXT, key TEXT, modified_at INTEGER, value BLOB, PRIMARY KEY(scope, key)) WITHOUT ROWID");
    }

    internal void Fill(int entries)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand upsert = Prepare();
        upsert.Transaction = transaction;
        foreach (int i in Enumerable.Range(0, entries).OrderBy(ReferenceData.Key))
        {
            Save(upsert, ReferenceData.Key(i), ReferenceData.Value(i));
        }

        transaction.Commit();
    }

    internal void Upsert(StateKey[] keys, StateValue[] values, int round)
    {
        using SqliteCommand upsert = Prepare();
        for (int i = 0; i < keys.Length; i++)
        {
            Save(upsert, keys[i], values[(i + round) % values.Length]);
        }
    }

    /// <summary>Fills the table with values that repeat.</summary>
    internal void Fill(int entries, StateValue[] values)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand upsert = Prepare();
        upsert.Transaction = transaction;
        foreach (int i in Enumerable.Range(0, entries).OrderBy(ReferenceData.Key))
        {
            Save(upsert, ReferenceData.Key(i), values[i % values.Length]);
        }

        transaction.Commit();
    }

    internal void UpsertInBatches(StateKey[] keys, StateValue[] values, int round, int batch)
    {
        using SqliteCommand upsert = Prepare();
        for (int from = 0; from < keys.Length; from += batch)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            upsert.Transaction = transaction;
            for (int i = from; i < Math.Min(from + batch, keys.Length); i++)
            {
                Save(upsert, keys[i], values[(i + round + 13) % values.Length]);
            }

            transaction.Commit();
        }
    }

    internal void Select(StateKey[] keys)
    {
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT value FROM entries WHERE scope = $scope AND key = $key";
        select.Parameters.Add(new SqliteParameter { ParameterName = "$scope" });
        select.Parameters.Add(new SqliteParameter { ParameterName = "$key" });
        foreach (StateKey key in keys)
        {
            select.Parameters[0].Value = key.ScopeText;
            select.Parameters[1].Value = key.KeyText;
            if (select.ExecuteScalar() is not byte[])
            {
                throw new InvalidOperationException($"{key} is not there.");
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Prepare()
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText =
            "INSERT INTO entries VALUES($scope, $key, $modified, $value) "
            + "ON CONFLICT(scope, key) DO UPDATE SET modified_at = excluded.modified_at, value = excluded.value";
        foreach (string name in (ReadOnlySpan<string>)["$scope", "$key", "$modified", "$value"])
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Save(SqliteCommand upsert, StateKey key, StateValue value)
    {
        upsert.Parameters[0].Value = key.ScopeText;
        upsert.Parameters[1].Value = key.KeyText;
        upsert.Parameters[2].Value = TimeProvider.System.GetTimestamp();
        upsert.Parameters[3].Value = value.Bytes.ToArray();
        upsert.ExecuteNonQuery();
    }

    private void Execute(string statement)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
