using System.Diagnostics;
using System.Globalization;
using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>A store filled with the reference data, whose entries are then changed in known ways.</summary>
internal sealed class StateFolder(string folder, int entries, OwnBackend backend = OwnBackend.Sqlite)
{
    private const int Batch = 10_000;

    private int _revision;

    internal string Folder => folder;

    internal string Database => Path.Combine(folder, "state.db");

    internal int Entries => entries;

    /// <summary>The bytes of all scopes, keys and values as they were filled in.</summary>
    internal long LogicalBytes { get; private set; }

    internal static StateStore Open(string folder, OwnBackend backend = OwnBackend.Sqlite) => new(backend switch
    {
        OwnBackend.RocksDb => RocksDbBackend.Open(new RocksDbOptions { Folder = folder }),
        _ => SqliteBackend.Open(new SqliteOptions { Folder = folder }),
    });

    internal StateStore Open() => Open(folder, backend);

    /// <summary>Saves all entries, in transactions of 10,000; the values of the next are made meanwhile. Returns the seconds.</summary>
    internal double Fill()
    {
        long started = Stopwatch.GetTimestamp();
        using StateStore store = Open();
        Task<Entry[]> next = Task.Run(() => Make(0));
        for (int from = 0; from < entries; from += Batch)
        {
            Interruption.ThrowIfRequested();
            Entry[] batch = next.GetAwaiter().GetResult();
            int following = from + Batch;
            next = Task.Run(() => Make(following));
            store.Transact(transaction =>
            {
                foreach (Entry entry in batch)
                {
                    transaction.Save(entry.Key, entry.Value);
                }
            });
            LogicalBytes += batch.Sum(static entry => entry.Key.Scope.Length + entry.Key.Key.Length + entry.Value.Bytes.Length);
            if (following % 1_000_000 == 0)
            {
                Progress.Say(string.Create(CultureInfo.InvariantCulture, $"filled {following:#,0} of {entries:#,0} entries"));
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Changes one in so many entries, spread evenly, others each time; returns them as they are now.</summary>
    internal IReadOnlyList<Entry> Change(StateStore store, int oneIn)
    {
        _revision++;
        List<Entry> changed = [];
        for (int i = _revision % oneIn; i < entries; i += oneIn)
        {
            changed.Add(new Entry(ReferenceData.Key(i), ReferenceData.Value(i, _revision)));
        }

        foreach (Entry[] batch in changed.Chunk(Batch))
        {
            store.Transact(transaction =>
            {
                foreach (Entry entry in batch)
                {
                    transaction.Save(entry.Key, entry.Value);
                }
            });
        }

        return changed;
    }

    /// <summary>All entries as the store has them now, in the store's order.</summary>
    internal static IEnumerable<Entry> ReadAll(StateStore store)
    {
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            yield return new Entry(new StateKey(cursor.Scope, cursor.Key), StateValue.FromMessagePack(cursor.Value));
        }
    }

    private Entry[] Make(int from) =>
        [.. Enumerable.Range(from, Math.Max(0, Math.Min(Batch, entries - from))).Select(i => new Entry(ReferenceData.Key(i), ReferenceData.Value(i)))];
}

/// <summary>One entry of the state.</summary>
internal readonly record struct Entry(StateKey Key, StateValue Value);
