using System.Diagnostics;
using System.Globalization;
using LlmSpell.State;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>
/// What a save, a save in a batch and a load cost in one process, beside an upsert and a select of plain SQLite in turns of the
/// same run, so that a busy machine disturbs both alike.
/// </summary>
internal sealed class WritesJob : IDisposable
{
    private const int Operations = 20_000;
    private const int HotKeys = 20_000;
    private const int Batch = 1_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("llmspell-bench-").FullName;
    private readonly StateValue[] _values = [.. Enumerable.Range(0, 997).Select(i => ReferenceData.Value(i, revision: 1))];
    private readonly StateKey[] _hot;
    private readonly StateKey[] _uniform;
    private readonly int _entries;
    private readonly int _rounds;
    private readonly List<Row> _rows = [];

    private WritesJob(int entries, int rounds)
    {
        _entries = entries;
        _rounds = rounds;

        // Fixed seeds: each run walks over the same keys. The hot ones lie together, as one part of a program's state does.
        Random random = new(42);
        _hot = [.. Enumerable.Range(0, Operations).Select(_ => ReferenceData.Key(random.Next(Math.Min(HotKeys, entries))))];
        _uniform = [.. Enumerable.Range(0, Operations).Select(_ => ReferenceData.Key(random.Next(entries)))];
    }

    internal static void Run(string[] arguments)
    {
        int entries = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        using WritesJob job = new(entries, rounds);
        job.Run();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Run()
    {
        using StateStore store = new(SqliteBackend.Open(new SqliteOptions { Folder = Path.Combine(_folder, "state") }));
        using PlainSqlite plain = new(Path.Combine(_folder, "plain.db"));
        FillStore(store);
        plain.Fill(_entries, _values);
        Measure("save, 20,000 hot keys", round => Save(store, _hot, round), round => plain.Upsert(_hot, _values, round));
        Measure("save, uniform", round => Save(store, _uniform, round), round => plain.Upsert(_uniform, _values, round));
        Measure(
            "save, uniform, in batches of 1,000",
            round => SaveInBatches(store, _uniform, round),
            round => plain.UpsertInBatches(_uniform, _values, round, Batch));
        Measure("load, 20,000 hot keys", _ => Load(store, _hot), _ => plain.Select(_hot));
        Measure("load, uniform", _ => Load(store, _uniform), _ => plain.Select(_uniform));
        Print();
    }

    private void FillStore(StateStore store)
    {
        using IStateReplacement all = store.BeginReplacement();
        foreach (int i in Enumerable.Range(0, _entries).OrderBy(ReferenceData.Key))
        {
            StateKey key = ReferenceData.Key(i);
            all.Append(key.Scope, key.Key, 1, _values[i % _values.Length].Bytes.Span);
        }

        all.Commit(null, null);
    }

    private void Save(StateStore store, StateKey[] keys, int round)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            store.Save(keys[i], _values[(i + round) % _values.Length]);
        }
    }

    private void SaveInBatches(StateStore store, StateKey[] keys, int round)
    {
        for (int from = 0; from < keys.Length; from += Batch)
        {
            using StateTransaction transaction = store.BeginTransaction();
            for (int i = from; i < from + Batch; i++)
            {
                transaction.Save(keys[i], _values[(i + round + 13) % _values.Length]);
            }

            transaction.Commit();
        }
    }

    private static void Load(StateStore store, StateKey[] keys)
    {
        foreach (StateKey key in keys)
        {
            if (store.Load(key) is null)
            {
                throw new InvalidOperationException($"{key} is not there.");
            }
        }
    }

    private void Measure(string name, Action<int> ours, Action<int> plain)
    {
        Row row = new(name, new Series(_rounds), new Series(_rounds));
        ours(_rounds);
        plain(_rounds);
        for (int round = 0; round < _rounds; round++)
        {
            row.Ours.Time(round, ours);
            row.Plain.Time(round, plain);
        }

        _rows.Add(row);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {row.Ours.MedianMicroseconds:0.0} µs, plain SQLite {row.Plain.MedianMicroseconds:0.0} µs"));
    }

    private void Print()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_entries:#,0} entries, medians of {_rounds} rounds of {Operations:#,0}, µs each; cpu is user and system time"));
        Console.WriteLine();
        Console.WriteLine("| | µs | min–max | cpu µs | plain SQLite µs | min–max | cpu µs | ratio | cpu ratio | bytes allocated |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach ((string name, Series ours, Series plain) in _rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {ours.MedianMicroseconds:0.0} | {ours.Spread} | {ours.MedianProcessor:0.0} | {plain.MedianMicroseconds:0.0} | {plain.Spread} | {plain.MedianProcessor:0.0} | {ours.MedianMicroseconds / plain.MedianMicroseconds:0.00} | {ours.MedianProcessor / plain.MedianProcessor:0.00} | {ours.Allocated:0} |"));
        }
    }

    private sealed record Row(string Name, Series Ours, Series Plain);

    /// <summary>The rounds of one side; all figures are of one operation.</summary>
    private sealed class Series(int rounds)
    {
        private readonly double[] _wall = new double[rounds];
        private readonly double[] _processor = new double[rounds];

        internal double MedianMicroseconds => Median(_wall);

        internal double MedianProcessor => Median(_processor);

        internal double Allocated { get; private set; }

        internal string Spread => string.Create(CultureInfo.InvariantCulture, $"{_wall.Min():0.0}–{_wall.Max():0.0}");

        internal void Time(int round, Action<int> run)
        {
            TimeSpan processor = ProcessorTime.Now;
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            run(round);
            _wall[round] = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Operations;
            _processor[round] = (ProcessorTime.Now - processor).TotalMicroseconds / Operations;
            Allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Operations;
        }

        private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
    }
}
