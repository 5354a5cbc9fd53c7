using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Walks the keys that changed since a version, and looks up the entries of some at a time. One statement could join them, but sorting
/// its rows would drag every value through the sorter.
/// </summary>
/// <remarks>
/// A lookup waits for the kernel to copy two or three pages, so a second thread helps: beside this one with the present batch, and with the next one while
/// the caller is at the present.
/// </remarks>
internal sealed class SqliteChangeCursor : Cursor, IChangeCursor
{
    private readonly ChangedKeys _keys;
    private readonly Statement _read;
    private readonly Statement _large;
    private readonly EntryLookup _lookup;
    private readonly EntryRow _again;
    private readonly LookupHelper? _helper;
    private readonly string _file;
    private ChangeBatch _batch = new();
    private ChangeBatch _next = new();
    private bool _started;
    private bool _onAgain;
    private int _index = -1;

    /// <param name="reader">The connection to read on.</param>
    /// <param name="since">The number of the last change that is not wanted.</param>
    /// <param name="helper">The second thread, owned by the cursor; null: there is none.</param>
    internal SqliteChangeCursor(EntryReader reader, long since, LookupHelper? helper)
        : base(reader)
    {
        _keys = new ChangedKeys(reader, since);
        _read = reader.Statements.Take(Sql.ReadEntry);
        _large = reader.Statements.Take(Sql.ReadLarge);
        _lookup = new EntryLookup(_read, reader.File);
        _again = new EntryRow(_read, _large, reader.File);
        _helper = helper;
        _file = reader.File;
    }

    public ReadOnlySpan<byte> Scope
    {
        get
        {
            ThrowIfNotOnRow();
            return _batch.Scope(_index);
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            ThrowIfNotOnRow();
            return _batch.Key(_index);
        }
    }

    public bool IsTombstone => !Entry.Exists;

    public long ModifiedAt => Entry.Exists ? Entry.ModifiedAt : Entry.ChangedAt;

    public EntryHash Hash => Entry.Exists ? Entry.Hash : EntryHash.None;

    public ReadOnlySpan<byte> Value => !Entry.Exists ? default
        : Entry.Values is { } values ? values.Slice(Entry.ValueOffset, Entry.ValueLength)
        : ReadAgain();

    public EntryHash Replaced => Entry.Replaced;

    private ref ChangedEntry Entry
    {
        get
        {
            ThrowIfNotOnRow();
            return ref _batch[_index];
        }
    }

    protected override bool Step()
    {
        if (_onAgain)
        {
            _onAgain = false;
            _again.Reset();
        }

        if (++_index < _batch.Count)
        {
            return true;
        }

        if (!_started)
        {
            _started = true;
            _helper?.Start();
            FillNext();
        }

        _index = 0;
        (_batch, _next) = (_next, _batch);
        if (_batch.Count == 0)
        {
            return false;
        }

        FillNext();
        _lookup.Run(_batch, fromBack: false);
        _batch.Wait();
        return true;
    }

    protected override void GiveBack(StatementPool statements)
    {
        _helper?.Dispose();
        _batch.Dispose();
        _next.Dispose();
        _keys.GiveBack();
        statements.GiveBack(Sql.ReadEntry, _read);
        statements.GiveBack(Sql.ReadLarge, _large);
    }

    private void FillNext()
    {
        _keys.Fill(_next);
        if (_next.Count > 0)
        {
            _next.Offer();
            _helper?.Help(_next);
        }
    }

    // For a large value, whose row was not kept.
    private ReadOnlySpan<byte> ReadAgain()
    {
        if (!_onAgain)
        {
            _read.BindText(1, Scope);
            _read.BindText(2, Key);
            _onAgain = _again.Step();
            if (!_onAgain)
            {
                _again.Reset();
                throw new StateCorruptException(
                    $"The state in {_file} was changed by another tool while it was read: an entry is gone.", SqliteErrors.RecoveryHint(_file));
            }
        }

        return _again.Value;
    }
}
