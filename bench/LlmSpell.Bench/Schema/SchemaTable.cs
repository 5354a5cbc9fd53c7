using System.Globalization;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;
using static LlmSpell.Bench.SchemaComparison;

namespace LlmSpell.Bench;

/// <summary>One database file of <see cref="SchemaComparison"/>, in one layout, and the store's statements on it.</summary>
internal sealed class SchemaTable : IDisposable
{
    private readonly Workload _workload;
    private readonly Setting _setting;
    private readonly int _largest;
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _readMeta;
    private readonly Statement _readHash;
    private readonly Statement _readValue;
    private readonly Statement _put;
    private readonly Statement _change;
    private readonly Statement _writeMeta;
    private readonly Statement _scan;
    private readonly Statement _putLarge;
    private readonly Statement _readLarge;
    private readonly Random _random = new(1);
    private readonly byte[] _bytes;
    private readonly byte[] _key = new byte[21];
    private readonly byte[] _hash = new byte[16];
    private long _sequence;

    internal SchemaTable(string file, Setting setting, Workload workload)
    {
        _workload = workload;
        _setting = setting;
        _largest = setting.Layout == Layout.Split ? setting.Page / 5 : int.MaxValue;
        _bytes = new byte[workload.ValueBytes + 65_536];
        _random.NextBytes(_bytes);
        _connection = Connection.Open(file, OpenMode.ReadWrite | OpenMode.Create, new BusyWait(TimeSpan.Zero, TimeProvider.System));
        _connection.Execute($"PRAGMA page_size={setting.Page}");
        _connection.Execute("PRAGMA journal_mode=WAL");
        _connection.Execute("PRAGMA synchronous=NORMAL");
        _connection.Execute($"PRAGMA wal_autocheckpoint={setting.Checkpoint ?? (64 << 20) / setting.Page}");
        _connection.Execute($"PRAGMA mmap_size={setting.Mmap}");
        _connection.Execute($"PRAGMA cache_size=-{setting.CacheKib}");
        _connection.Execute(
            "CREATE TABLE entries(scope TEXT NOT NULL, key TEXT NOT NULL, modified_at INTEGER NOT NULL, hash BLOB NOT NULL, "
            + "large INTEGER, value BLOB, PRIMARY KEY(scope, key)) STRICT" + (setting.Layout == Layout.Rowid ? "" : ", WITHOUT ROWID"));
        _connection.Execute("CREATE TABLE large(id INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT");
        _connection.Execute(
            "CREATE TABLE changes(sequence INTEGER PRIMARY KEY" + (setting.Autoincrement ? " AUTOINCREMENT" : "")
            + ", scope TEXT NOT NULL, key TEXT NOT NULL, replaced BLOB) STRICT");
        _connection.Execute(
            "CREATE TABLE meta(one INTEGER PRIMARY KEY, lineage BLOB, fingerprint BLOB, entries INTEGER, sequence INTEGER) STRICT");
        _connection.Execute("INSERT INTO meta VALUES(1, zeroblob(16), zeroblob(16), 0, 0)");
        _begin = _connection.Prepare("BEGIN IMMEDIATE");
        _commit = _connection.Prepare("COMMIT");
        _readMeta = _connection.Prepare("SELECT lineage, fingerprint, entries, sequence FROM meta");
        _readHash = _connection.Prepare("SELECT hash, large FROM entries WHERE scope=? AND key=?");
        _readValue = _connection.Prepare("SELECT value, large FROM entries WHERE scope=? AND key=?");
        _put = _connection.Prepare(
            "INSERT INTO entries(scope, key, modified_at, hash, large, value) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
            + "ON CONFLICT(scope, key) DO UPDATE SET modified_at=?3, hash=?4, large=?5, value=?6");
        _change = _connection.Prepare(
            setting.Autoincrement
                ? "INSERT INTO changes(scope, key, replaced) VALUES(?, ?, ?)"
                : "INSERT INTO changes(scope, key, replaced, sequence) VALUES(?, ?, ?, ?)");
        _writeMeta = _connection.Prepare("UPDATE meta SET fingerprint=?, entries=?, sequence=?");
        _scan = _connection.Prepare("SELECT scope, key, modified_at, hash, large, value FROM entries ORDER BY scope, key");
        _putLarge = _connection.Prepare("INSERT OR REPLACE INTO large(id, value) VALUES(?, ?)");
        _readLarge = _connection.Prepare("SELECT value FROM large WHERE id=?");
    }

    internal void Load(bool shuffled)
    {
        int[] order = [.. Enumerable.Range(0, _workload.Entries)];
        if (shuffled)
        {
            _random.Shuffle(order);
            _connection.Execute("PRAGMA cache_size=-1000000");
        }

        _begin.Run();
        for (int i = 0; i < order.Length; i++)
        {
            Put(order[i], large: i + 1);
        }

        _commit.Run();
        Checkpoint();
        _connection.Execute($"PRAGMA cache_size=-{_setting.CacheKib}");
    }

    internal void Save(int number)
    {
        Begin();
        Change(number);
        Commit();
    }

    internal void SaveAll(int count, Random random)
    {
        Begin();
        for (int i = 0; i < count; i++)
        {
            Change(random.Next(_workload.Entries));
        }

        Commit();
    }

    internal void Read(int number)
    {
        BindKey(_readValue, number);
        if (!_readValue.Step() || Value(_readValue, 0, 1) < _workload.ValueBytes * 9 / 10)
        {
            throw new InvalidOperationException();
        }

        _readValue.Reset();
    }

    internal long Scan()
    {
        long bytes = 0;
        while (_scan.Step())
        {
            bytes += Value(_scan, 5, 4);
        }

        _scan.Reset();
        return bytes;
    }

    internal void Checkpoint() => _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose() => _connection.Dispose();

    private int Value(Statement statement, int valueColumn, int largeColumn)
    {
        if (statement.IsNull(largeColumn))
        {
            return statement.Bytes(valueColumn).Length;
        }

        _readLarge.BindInt64(1, statement.Int64(largeColumn));
        _readLarge.Step();
        int length = _readLarge.Bytes(0).Length;
        _readLarge.Reset();
        return length;
    }

    private void Begin()
    {
        _begin.Run();
        _readMeta.Step();
        _sequence = _readMeta.Int64(3);
        _readMeta.Reset();
    }

    private void Commit()
    {
        _writeMeta.BindBlob(1, _hash);
        _writeMeta.BindInt64(2, 0);
        _writeMeta.BindInt64(3, _sequence);
        _writeMeta.Run();
        _commit.Run();
    }

    private void Change(int number)
    {
        BindKey(_readHash, number);
        _readHash.Step();
        long large = _readHash.Int64(1);
        _readHash.Bytes(0).CopyTo(_hash);
        _readHash.Reset();
        Put(number, large);
        BindKey(_change, number);
        _change.BindBlob(3, _hash);
        if (!_setting.Autoincrement)
        {
            _change.BindInt64(4, ++_sequence);
        }

        _change.Run();
    }

    private void Put(int number, long large)
    {
        // Lengths and bytes differ at each save: SQLite does not write pages that stay the same.
        int length = _workload.ValueBytes - _random.Next(_workload.ValueBytes / 10);
        ReadOnlySpan<byte> value = _bytes.AsSpan(_random.Next(_bytes.Length - length), length);
        value[..16].CopyTo(_hash);
        BindKey(_put, number);
        _put.BindInt64(3, number);
        _put.BindBlob(4, _hash);
        if (length <= _largest)
        {
            _put.BindNull(5);
            _put.RunWithBlob(6, value);
            return;
        }

        _putLarge.BindInt64(1, large);
        _putLarge.RunWithBlob(2, value);
        _put.BindInt64(5, large);
        _put.BindNull(6);
        _put.Run();
    }

    // Eight scopes of equal size, keys in order inside each: "user:0" … "user:7", "settings/prof/0000123".
    private void BindKey(Statement statement, int number)
    {
        int perScope = (_workload.Entries + 7) / 8;
        Span<byte> scope = stackalloc byte[6];
        "user:"u8.CopyTo(scope);
        scope[5] = (byte)('0' + number / perScope);
        "settings/prof/"u8.CopyTo(_key);
        (number % perScope).TryFormat(_key.AsSpan(14), out _, "D7", CultureInfo.InvariantCulture);
        statement.BindText(1, scope);
        statement.BindText(2, _key);
    }
}
