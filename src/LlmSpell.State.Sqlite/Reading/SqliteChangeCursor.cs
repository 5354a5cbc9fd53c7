using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Walks the keys that changed since a version, and looks up the entry of each. One statement could join them, but sorting
/// its rows would drag every value through the sorter.
/// </summary>
internal sealed class SqliteChangeCursor : Cursor, IChangeCursor
{
    private readonly Statement _keys;
    private readonly Statement _change;
    private readonly Statement _read;
    private readonly Statement _large;
    private readonly EntryRow _entry;
    private readonly string _file;
    private bool _isTombstone;

    internal SqliteChangeCursor(EntryReader reader, long sequence)
        : base(reader)
    {
        _keys = reader.Statements.Take(Sql.ChangedKeys);
        _change = reader.Statements.Take(Sql.ReadChange);
        _read = reader.Statements.Take(Sql.ReadEntry);
        _large = reader.Statements.Take(Sql.ReadLarge);
        _entry = new EntryRow(_read, _large, reader.File);
        _file = reader.File;
        _keys.BindInt64(1, sequence);
    }

    public ReadOnlySpan<byte> Scope
    {
        get
        {
            ThrowIfNotOnRow();
            return _keys.Bytes(0);
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            ThrowIfNotOnRow();
            return _keys.Bytes(1);
        }
    }

    public bool IsTombstone
    {
        get
        {
            ThrowIfNotOnRow();
            return _isTombstone;
        }
    }

    public long ModifiedAt => IsTombstone ? ReadChange(3).Int64(0) : _entry.ModifiedAt;

    public EntryHash Hash => IsTombstone ? EntryHash.None : _entry.Hash;

    public ReadOnlySpan<byte> Value => IsTombstone ? default : _entry.Value;

    public EntryHash Replaced
    {
        get
        {
            ThrowIfNotOnRow();
            Statement first = ReadChange(2);
            return first.IsNull(1) ? EntryHash.None : StoredHash.ReadHash(first.Bytes(1), _file);
        }
    }

    protected override bool Step()
    {
        _entry.Reset();
        if (!_keys.Step())
        {
            return false;
        }

        _read.BindText(1, _keys.Bytes(0));
        _read.BindText(2, _keys.Bytes(1));
        _isTombstone = !_entry.Step();
        return true;
    }

    protected override void GiveBack(StatementPool statements)
    {
        statements.GiveBack(Sql.ChangedKeys, _keys);
        statements.GiveBack(Sql.ReadChange, _change);
        statements.GiveBack(Sql.ReadEntry, _read);
        statements.GiveBack(Sql.ReadLarge, _large);
    }

    // The key's first or last change in the log, which the same snapshot has just listed.
    private Statement ReadChange(int sequenceColumn)
    {
        _change.Reset();
        _change.BindInt64(1, _keys.Int64(sequenceColumn));
        return _change.Step() ? _change : throw new InvalidOperationException("A change left the log inside a snapshot.");
    }
}
