using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Walks the keys that changed since a version, and looks up the entry of each. One statement could join them, but sorting
/// its rows would drag every value through the sorter.
/// </summary>
internal sealed class SqliteChangeCursor : Cursor, IChangeCursor
{
    private readonly Statement _changes;
    private readonly Statement _read;
    private readonly Statement _large;
    private readonly EntryRow _entry;
    private readonly string _file;
    private readonly byte[] _name = new byte[StateKey.MaxScopeBytes + StateKey.MaxKeyBytes];
    private int _scopeLength;
    private int _keyLength;
    private long _changedAt;
    private EntryHash _replaced;
    private bool _started;
    private bool _onChange;
    private bool _isTombstone;

    internal SqliteChangeCursor(EntryReader reader, long sequence)
        : base(reader)
    {
        _changes = reader.Statements.Take(Sql.ChangesByKey);
        _read = reader.Statements.Take(Sql.ReadEntry);
        _large = reader.Statements.Take(Sql.ReadLarge);
        _entry = new EntryRow(_read, _large, reader.File);
        _file = reader.File;
        _changes.BindInt64(1, sequence);
    }

    public ReadOnlySpan<byte> Scope
    {
        get
        {
            ThrowIfNotOnRow();
            return _name.AsSpan(0, _scopeLength);
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            ThrowIfNotOnRow();
            return _name.AsSpan(_scopeLength, _keyLength);
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

    public long ModifiedAt => IsTombstone ? _changedAt : _entry.ModifiedAt;

    public EntryHash Hash => IsTombstone ? EntryHash.None : _entry.Hash;

    public ReadOnlySpan<byte> Value => IsTombstone ? default : _entry.Value;

    public EntryHash Replaced
    {
        get
        {
            ThrowIfNotOnRow();
            return _replaced;
        }
    }

    protected override bool Step()
    {
        _entry.Reset();
        if (!_started)
        {
            _started = true;
            _onChange = _changes.Step();
        }

        if (!_onChange)
        {
            return false;
        }

        TakeChangesOfKey();
        _read.BindText(1, _name.AsSpan(0, _scopeLength));
        _read.BindText(2, _name.AsSpan(_scopeLength, _keyLength));
        _isTombstone = !_entry.Step();
        return true;
    }

    protected override void GiveBack(StatementPool statements)
    {
        statements.GiveBack(Sql.ChangesByKey, _changes);
        statements.GiveBack(Sql.ReadEntry, _read);
        statements.GiveBack(Sql.ReadLarge, _large);
    }

    // The first change says what there was before, the last when it was deleted. The statement ends up at the next key.
    private void TakeChangesOfKey()
    {
        ReadOnlySpan<byte> scope = _changes.Bytes(0);
        ReadOnlySpan<byte> key = _changes.Bytes(1);
        if (scope.Length > StateKey.MaxScopeBytes || key.Length > StateKey.MaxKeyBytes)
        {
            throw new StateCorruptException(
                $"The state in {_file} has a change of a key that is too long to be one.", SqliteErrors.RecoveryHint(_file));
        }

        scope.CopyTo(_name);
        key.CopyTo(_name.AsSpan(scope.Length));
        (_scopeLength, _keyLength) = (scope.Length, key.Length);
        _replaced = _changes.IsNull(2) ? EntryHash.None : StoredHash.ReadHash(_changes.Bytes(2), _file);
        do
        {
            _changedAt = _changes.Int64(3);
            _onChange = _changes.Step();
        }
        while (_onChange
            && _changes.Bytes(1).SequenceEqual(_name.AsSpan(_scopeLength, _keyLength))
            && _changes.Bytes(0).SequenceEqual(_name.AsSpan(0, _scopeLength)));
    }
}
