using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>What a store should hold, told in the simplest way: a sorted dictionary, and the list of its changes.</summary>
public sealed class StoreModel
{
    private readonly SortedDictionary<StateKey, Entry> _entries;
    private readonly List<(StateKey Key, long ChangedAt, EntryHash Replaced)> _log;

    public StoreModel()
        : this([], [])
    {
    }

    private StoreModel(SortedDictionary<StateKey, Entry> entries, List<(StateKey Key, long ChangedAt, EntryHash Replaced)> log)
    {
        _entries = entries;
        _log = log;
    }

    public IReadOnlyCollection<Entry> Entries => _entries.Values;

    /// <summary>How many changes there were so far.</summary>
    public int Moment => _log.Count;

    public StoreModel Copy() => new(new SortedDictionary<StateKey, Entry>(_entries), [.. _log]);

    public byte[]? Value(StateKey key) => _entries.TryGetValue(key, out Entry? entry) ? entry.Value : null;

    public void Put(StateKey key, long modifiedAt, byte[] value)
    {
        Record(key, modifiedAt);
        _entries[key] = new Entry(key, modifiedAt, value);
    }

    public bool Delete(StateKey key, long deletedAt)
    {
        if (!_entries.ContainsKey(key))
        {
            return false;
        }

        Record(key, deletedAt);
        _entries.Remove(key);
        return true;
    }

    /// <summary>What changed since a moment, in order.</summary>
    public IEnumerable<Change> ChangesSince(int moment) => _log.Skip(moment)
        .GroupBy(change => change.Key)
        .OrderBy(changes => changes.Key)
        .Select(changes => _entries.TryGetValue(changes.Key, out Entry? entry)
            ? new Change(changes.Key, entry.ModifiedAt, entry.Value, changes.First().Replaced)
            : new Change(changes.Key, changes.Last().ChangedAt, null, changes.First().Replaced));

    private void Record(StateKey key, long changedAt) =>
        _log.Add((key, changedAt, _entries.TryGetValue(key, out Entry? entry) ? entry.Hash : EntryHash.None));
}
