using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.Bench;

/// <summary>The statements of <see cref="RawSqlite"/> on its connection. Thread-safe: threads wait for each other.</summary>
internal sealed class RawSqliteSession(Connection connection) : ISession
{
    private readonly Lock _turn = new();
    private readonly Statement _begin = connection.Prepare("BEGIN IMMEDIATE");
    private readonly Statement _commit = connection.Prepare("COMMIT");
    private readonly Statement _upsert = connection.Prepare(
        "INSERT INTO state(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value=excluded.value");
    private readonly Statement _select = connection.Prepare("SELECT value FROM state WHERE key=?");
    private readonly Statement _scan = connection.Prepare("SELECT key, value FROM state ORDER BY key");

    public void Save(WorkItem item)
    {
        lock (_turn)
        {
            Upsert(item);
        }
    }

    public void SaveTogether(ReadOnlySpan<WorkItem> items)
    {
        lock (_turn)
        {
            _begin.Run();
            foreach (WorkItem item in items)
            {
                Upsert(item);
            }

            _commit.Run();
        }
    }

    public int Load(WorkItem item)
    {
        lock (_turn)
        {
            _select.BindText(1, item.Name);
            int length = _select.Step() ? _select.Bytes(0).ToArray().Length : -1;
            _select.Reset();
            return length;
        }
    }

    public long Scan()
    {
        EntryTally tally = default;
        lock (_turn)
        {
            while (_scan.Step())
            {
                tally.Add(_scan.Bytes(0), _scan.Bytes(1));
            }

            _scan.Reset();
        }

        return tally.Entries;
    }

    /// <summary>One of several threads is done: the connection stays open for the others.</summary>
    public void Dispose()
    {
    }

    internal void Close() => connection.Dispose();

    private void Upsert(WorkItem item)
    {
        _upsert.BindText(1, item.Name);
        _upsert.RunWithBlob(2, item.Value.Bytes.Span);
    }
}
