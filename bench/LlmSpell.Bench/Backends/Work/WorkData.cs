using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>
/// The entries that the steps save and load, made before anything is measured, and the same for all stores. Walks over the keys and over the
/// values are given by a position, which may be any number from 0.
/// </summary>
internal sealed class WorkData
{
    private const int HotKeys = 20_000;
    private const int UniformKeys = 100_000;

    // Prime, so that a walk which comes back to a key brings another value: SQLite does not write a row that stays the same.
    private const int Values = 19_997;

    private readonly int _entries;
    private readonly (StateKey Key, byte[] Name)[] _hot;
    private readonly (StateKey Key, byte[] Name)[] _uniform;
    private readonly StateValue[] _values = [.. Enumerable.Range(0, Values).Select(static i => ReferenceData.Value(i, revision: 1))];

    internal WorkData(int entries)
    {
        _entries = entries;

        // Fixed seeds: each store walks over the same keys. The hot ones lie together, as one part of a program's state does.
        Random random = new(42);
        _hot = [.. Enumerable.Range(0, HotKeys).Select(_ => Named(random.Next(Math.Min(HotKeys, entries))))];
        _uniform = [.. Enumerable.Range(0, UniformKeys).Select(_ => Named(random.Next(entries)))];
    }

    internal int Entries => _entries;

    /// <summary>An entry of the hot keys.</summary>
    internal WorkItem Hot(int position, int value) => new(_hot[position % HotKeys].Key, _hot[position % HotKeys].Name, _values[value % Values]);

    /// <summary>An entry from anywhere.</summary>
    internal WorkItem Uniform(int position, int value) =>
        new(_uniform[position % UniformKeys].Key, _uniform[position % UniformKeys].Name, _values[value % Values]);

    /// <summary>One in so many of all entries, others for each shift, with new values.</summary>
    internal IEnumerable<WorkItem> OneIn(int count, int shift)
    {
        for (int i = shift % count; i < _entries; i += count)
        {
            (StateKey key, byte[] name) = Named(i);
            yield return new WorkItem(key, name, _values[(i + shift) % Values]);
        }
    }

    /// <summary>The entries as they are filled in.</summary>
    internal static WorkItem[] Make(int from, int to)
    {
        WorkItem[] items = new WorkItem[Math.Max(0, to - from)];
        Parallel.For(from, to, i =>
        {
            (StateKey key, byte[] name) = Named(i);
            items[i - from] = new WorkItem(key, name, ReferenceData.Value(i));
        });
        return items;
    }

    private static (StateKey Key, byte[] Name) Named(int number)
    {
        StateKey key = ReferenceData.Key(number);
        return (key, [.. key.Scope, (byte)'/', .. key.Key]);
    }
}
