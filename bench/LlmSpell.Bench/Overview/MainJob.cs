using System.Globalization;
using LlmSpell.Backup;
using LlmSpell.Lua;
using LlmSpell.State;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>
/// Saves and loads, by C# and by Lua, and a full backup, incrementals, a validation and a restore, beside what plain SQLite and
/// zstd take for the same data in the same run.
/// </summary>
internal sealed class MainJob : IDisposable
{
    private const int Operations = 20_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("llmspell-bench-").FullName;
    private readonly Report _report = new();
    private readonly List<string> _notes = [];
    private readonly int _entries;
    private readonly int _rounds;

    private MainJob(int entries, int rounds)
    {
        _entries = entries;
        _rounds = rounds;
    }

    internal static void Run(string[] arguments)
    {
        int entries = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        using MainJob job = new(entries, rounds);
        job.Run();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Run()
    {
        using StateStore store = OpenStore("state");
        double logical = Fill(store);
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_entries:#,0} entries, {logical / 1e6:0.0} MB of scopes, keys and values"));
        SaveAndLoad(store);
        BackUp(store, logical / 1e6);
        _report.Print(_notes);
    }

    private double Fill(StateStore store)
    {
        double logical = 0;
        _report.Time("C#: save in transactions of 1,000", 1, _entries, "entries", _ =>
        {
            for (int from = 0; from < _entries; from += 1000)
            {
                store.Transact(transaction =>
                {
                    for (int i = from; i < Math.Min(from + 1000, _entries); i++)
                    {
                        StateKey key = ReferenceData.Key(i);
                        StateValue value = ReferenceData.Value(i);
                        transaction.Save(key, value);
                        logical += key.Scope.Length + key.Key.Length + value.Bytes.Length;
                    }
                });
            }
        });
        return logical;
    }

    private void SaveAndLoad(StateStore store)
    {
        StateKey[] keys = [.. Enumerable.Range(0, Operations).Select(i => ReferenceData.Key((int)((long)i * 7919 % _entries)))];
        // SQLite skips the write of a row that stays the same, so each save brings another value.
        StateValue[] values = [.. Enumerable.Range(0, 97).Select(i => ReferenceData.Value(i, revision: 1))];
        double save = _report.Time("C#: save, spread over all keys", _rounds, Operations, "saves", round =>
        {
            for (int i = 0; i < Operations; i++)
            {
                store.Save(keys[i], values[(i + round) % values.Length]);
            }
        });
        _report.Time("C#: save, 100 hot keys", _rounds, Operations, "saves", round =>
        {
            for (int i = 0; i < Operations; i++)
            {
                store.Save(keys[i % 100], values[(i + round) % values.Length]);
            }
        });
        _report.Time("C#: load, spread over all keys", _rounds, Operations, "loads", _ =>
        {
            foreach (StateKey key in keys)
            {
                store.Load(key);
            }
        });
        using (PlainSqlite plain = new(Path.Combine(_folder, "plain.db")))
        {
            plain.Fill(_entries);
            double peer = _report.Time("plain SQLite: upsert of one row, spread", _rounds, Operations, "upserts", round => plain.Upsert(keys, values, round));
            _notes.Add(Ratio("a C# save takes", save, peer, "a plain SQLite upsert (same rows, no fingerprint, no change log, Microsoft.Data.Sqlite)"));
        }

        LuaLoops(store);
    }

    private void LuaLoops(StateStore store)
    {
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Error = Stream.Null, Store = () => store });
        string step = "(i * 7919 % " + (_entries / 8).ToString(CultureInfo.InvariantCulture) + ")";
        string value = "{ name = 'state backup', language = 'en', theme = 'dark', notifications = true, score = 0.25, visits = i, text = 'the answer of the agent' }";
        string saves = $"for i = 1, {Operations} do State.save('global', ('entry:%08d'):format{step}, {value}) end";
        string loads = $"for i = 1, {Operations} do local v = State.load('global', ('entry:%08d'):format{step}) end";
        _report.Time("Lua: State.save, spread", _rounds, Operations, "saves", _ => host.RunString(saves, "bench"));
        _report.Time("Lua: State.load, spread", _rounds, Operations, "loads", _ => host.RunString(loads, "bench"));
    }

    private void BackUp(StateStore store, double megabytes)
    {
        BackupOptions options = new() { MaxBackups = null, MaxBackupAge = null };
        BackupService service = new(() => store, new FolderStorage(Path.Combine(_folder, "backups")), options);
        BackupSummary backup = Create(service, incremental: false);
        double full = _report.Time("full backup, zstd 3", _rounds, megabytes, "MB", _ => backup = Create(service, incremental: false));
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"the full backup takes {backup.SizeBytes / 1e6:0.0} MB"));
        foreach ((string name, int every) in (ReadOnlySpan<(string, int)>)[("0.1 %", 1000), ("1 %", 100)])
        {
            double seconds = TimeIncrementals(store, service, name, every);
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"an incremental after {name} changes is {full / seconds:0.0} times as fast as the full"));
        }

        string id = Create(service, incremental: true).Id.Value;
        _report.Time("validate (readable)", _rounds, megabytes, "MB", _ => Check(service.ValidateAsync(id).GetAwaiter().GetResult().IsValid));
        _report.Time("restore into a new SQLite store", _rounds, megabytes, "MB", round =>
        {
            using StateStore target = OpenStore("restored" + round);
            BackupService into = new(() => target, new FolderStorage(Path.Combine(_folder, "backups")), options);
            into.RestoreAsync(id).GetAwaiter().GetResult();
        });
        using (StateStore restored = OpenStore("restored0"))
        {
            Check(restored.ReadStatus().Fingerprint == store.ReadStatus().Fingerprint);
        }

        ComparePeers(full, megabytes);
    }

    private double TimeIncrementals(StateStore store, BackupService service, string name, int every)
    {
        int revision = every;
        return _report.Time(
            $"incremental backup after {name} changes",
            _rounds,
            _entries / every,
            "changes",
            _ => Check(Create(service, incremental: true).IsIncremental),
            prepare: () =>
            {
                revision++;
                store.Transact(transaction =>
                {
                    for (int i = 0; i < _entries; i += every)
                    {
                        transaction.Save(ReferenceData.Key(i), ReferenceData.Value(i, revision));
                    }
                });
            });
    }

    private void ComparePeers(double full, double megabytes)
    {
        if (!Peer.Exists("sqlite3") || !Peer.Exists("zstd"))
        {
            _notes.Add("sqlite3 or zstd is not installed: the comparison with .backup was left out");
            return;
        }

        string database = Path.Combine(_folder, "state", "state.db");
        string copy = Path.Combine(_folder, "copy.db");
        double peer = _report.Time("sqlite3 .backup, then zstd -3 -T2", _rounds, megabytes, "MB", _ =>
        {
            File.Delete(copy);
            Peer.Run("sqlite3", database, $".backup '{copy}'");
            Peer.Run("zstd", "-3", "-T2", "-q", "-f", copy, "-o", copy + ".zst");
        });
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $".backup and zstd take {new FileInfo(copy + ".zst").Length / 1e6:0.0} MB"));
        _notes.Add(Ratio("the full backup takes", full, peer, ".backup and zstd"));
    }

    private static BackupSummary Create(BackupService service, bool incremental) =>
        service.CreateAsync(new CreateRequest { Incremental = incremental }).GetAwaiter().GetResult().Backup;

    private StateStore OpenStore(string name) => new(SqliteBackend.Open(new SqliteOptions { Folder = Path.Combine(_folder, name) }));

    private static string Ratio(string what, double seconds, double peer, string than) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {seconds / peer:0.00} times as long as {than}");

    private static void Check(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("A step did not do what is measured.");
        }
    }
}
