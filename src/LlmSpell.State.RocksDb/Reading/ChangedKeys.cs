using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>
/// The keys that changed since a version, each once, in their order. The log has them in the order of time, and may have more than fit into memory: so it
/// is read as often as needed, and each time the smallest keys that were not given yet are kept. Not thread-safe.
/// </summary>
/// <param name="generation">Whose changes.</param>
/// <param name="since">The number of the last change that is not wanted.</param>
/// <param name="snapshot">As of when; 0: now.</param>
/// <param name="budget">How many bytes of keys and their data are held at most, about.</param>
internal sealed class ChangedKeys(Generation generation, long since, nint snapshot, int budget)
{
    /// <summary>The bytes held when nothing else is said.</summary>
    internal const int DefaultBudget = 32 << 20;

    private const int ItemBytes = 32;

    private readonly List<Item> _items = [];
    private byte[] _keys = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private int _keyBytes;
    private byte[]? _after;
    private byte[]? _last;

    /// <summary>How many keys are held now.</summary>
    internal int Count => _items.Count;

    /// <summary>A key, as "scope NUL key", in an array that the collector does not move.</summary>
    internal ReadOnlySpan<byte> Key(int index) => Bytes(_items[index]);

    /// <summary>The hash of the entry that the first of a key's changes replaced.</summary>
    internal EntryHash Replaced(int index) => _items[index].Replaced;

    /// <summary>When a key was changed last.</summary>
    internal long ChangedAt(int index) => _items[index].ChangedAt;

    /// <summary>Forgets the keys held, and takes the next ones; false if there are none.</summary>
    internal bool Next()
    {
        // After the last key of all the log need not be read again.
        if (_after is not null && _last is null)
        {
            return false;
        }

        _after = _last ?? [];
        _last = null;
        Clear();
        using (var changes = Rows.OfChanges(generation, since + 1, snapshot))
        {
            while (changes.Step())
            {
                Take(new ChangeRecord(changes.Value, generation.Database.Folder));
            }
        }

        SortAndMerge();
        return _items.Count > 0;
    }

    private void Take(ChangeRecord change)
    {
        ReadOnlySpan<byte> key = change.Key;
        if (key.SequenceCompareTo(_after) <= 0 || (_last is not null && key.SequenceCompareTo(_last) > 0))
        {
            return;
        }

        if (_keyBytes + key.Length + ((_items.Count + 1) * ItemBytes) > budget && _items.Count > 1)
        {
            MakeRoom();
            if (_last is not null && key.SequenceCompareTo(_last) > 0)
            {
                return;
            }
        }

        Add(key, change.Replaced, change.ChangedAt);
    }

    private void Add(ReadOnlySpan<byte> key, EntryHash replaced, long changedAt)
    {
        if (_keyBytes + key.Length > _keys.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(_keys.Length * 2, _keyBytes + key.Length), pinned: true);
            _keys.AsSpan(0, _keyBytes).CopyTo(larger);
            _keys = larger;
        }

        key.CopyTo(_keys.AsSpan(_keyBytes));
        _items.Add(new Item(_keyBytes, key.Length, replaced, changedAt));
        _keyBytes += key.Length;
    }

    // Several changes of one key become one; if that is not enough, the larger half of the keys is left for the next time.
    private void MakeRoom()
    {
        SortAndMerge();
        if (_items.Sum(item => item.Length + ItemBytes) > budget / 2 && _items.Count > 1)
        {
            int kept = _items.Count / 2;
            _items.RemoveRange(kept, _items.Count - kept);
            _last = Bytes(_items[^1]).ToArray();
        }

        Item[] items = [.. _items];
        byte[] keys = _keys;
        _keys = GC.AllocateUninitializedArray<byte>(keys.Length, pinned: true);
        Clear();
        foreach (Item item in items)
        {
            Add(keys.AsSpan(item.Offset, item.Length), item.Replaced, item.ChangedAt);
        }
    }

    private void SortAndMerge()
    {
        // Keys lie in the order in which they were taken, so the offset tells which of two changes was first.
        _items.Sort((left, right) =>
        {
            int byKey = Bytes(left).SequenceCompareTo(Bytes(right));
            return byKey != 0 ? byKey : left.Offset.CompareTo(right.Offset);
        });
        int kept = 0;
        for (int i = 0; i < _items.Count; i++)
        {
            if (kept > 0 && Bytes(_items[kept - 1]).SequenceEqual(Bytes(_items[i])))
            {
                _items[kept - 1] = _items[kept - 1] with { ChangedAt = _items[i].ChangedAt };
            }
            else
            {
                _items[kept++] = _items[i];
            }
        }

        _items.RemoveRange(kept, _items.Count - kept);
    }

    private void Clear()
    {
        _items.Clear();
        _keyBytes = 0;
    }

    private ReadOnlySpan<byte> Bytes(Item item) => _keys.AsSpan(item.Offset, item.Length);

    private readonly record struct Item(int Offset, int Length, EntryHash Replaced, long ChangedAt);
}
