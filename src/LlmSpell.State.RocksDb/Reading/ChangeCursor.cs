using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Walks the keys that changed since a version, and looks up the entries of some at a time.</summary>
internal sealed unsafe class ChangeCursor : StepCursor, IChangeCursor
{
    private readonly Generation _generation;
    private readonly CursorSet _set;
    private readonly ChangedKeys _changes;
    private readonly EntryGroup _entries;
    private readonly NativeSlice[] _group = new NativeSlice[EntryGroup.MaxKeys];
    private readonly string _folder;
    private int _index = -1;
    private int _first;
    private int _count;
    private long _bytes;
    private int _scopeLength;
    private bool _isTombstone;
    private NativeSlice _entry;

    internal ChangeCursor(Generation generation, long since, nint snapshot, CursorSet set, int budget)
    {
        _generation = generation.TryAcquire() ? generation : throw new ObjectDisposedException(nameof(RocksDbBackend));
        _set = set;
        _folder = generation.Database.Folder;
        _changes = new ChangedKeys(generation, since, snapshot, budget);
        _entries = new EntryGroup(generation, snapshot);
    }

    public ReadOnlySpan<byte> Scope => StoredName[.._scopeLength];

    public ReadOnlySpan<byte> Key => StoredName[(_scopeLength + 1)..];

    public bool IsTombstone
    {
        get
        {
            ThrowIfNotOnRow();
            return _isTombstone;
        }
    }

    public long ModifiedAt => IsTombstone ? _changes.ChangedAt(_index) : Record.ModifiedAt;

    public EntryHash Hash => IsTombstone ? EntryHash.None : Record.Hash;

    public ReadOnlySpan<byte> Value => IsTombstone ? default : Record.Value;

    public EntryHash Replaced
    {
        get
        {
            ThrowIfNotOnRow();
            return _changes.Replaced(_index);
        }
    }

    private ReadOnlySpan<byte> StoredName
    {
        get
        {
            ThrowIfNotOnRow();
            return _changes.Key(_index);
        }
    }

    private EntryRecord Record => new(_entry.Span, _folder);

    protected override bool Step()
    {
        _index++;
        if (_index >= _changes.Count)
        {
            if (!_changes.Next())
            {
                return false;
            }

            _index = 0;
            LoadGroup();
        }
        else if (_index - _first == _count)
        {
            LoadGroup();
        }

        _scopeLength = StoredKey.Split(_changes.Key(_index), _folder);
        _isTombstone = !_entries.TryGet(_index - _first, _group[_index - _first], out _entry);
        _bytes += _isTombstone ? 0 : (long)_entry.Length;
        return true;
    }

    protected override void Close()
    {
        _set.Remove(this);
        _entries.Dispose();
        _generation.Release();
    }

    private void LoadGroup()
    {
        _first = _index;
        _count = Math.Min(NextCount(), _changes.Count - _first);
        _bytes = 0;
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<byte> key = _changes.Key(_first + i);
            fixed (byte* data = key)
            {
                // The array behind it is pinned.
                _group[i] = new NativeSlice { Data = data, Length = (nuint)key.Length };
            }
        }

        _entries.Load(_group.AsSpan(0, _count));
    }

    /// <summary>
    /// How many keys to look up next, by what the last ones had: RocksDB reads the blocks of all keys that lie in one table before it looks at its limit,
    /// so a group of large values would be in memory together.
    /// </summary>
    private int NextCount()
    {
        long most = _bytes * 2 <= EntryGroup.MaxBytes ? 2L * _count : _count * (long)EntryGroup.MaxBytes / _bytes;
        return (int)Math.Clamp(most, 1, _group.Length);
    }
}
