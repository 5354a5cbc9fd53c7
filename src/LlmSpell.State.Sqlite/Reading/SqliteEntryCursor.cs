using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>A cursor over rows whose first columns are scope, key, modified_at, hash, large and value.</summary>
internal class SqliteEntryCursor : IEntryCursor
{
    private readonly EntryReader _reader;
    private readonly Stack<Statement> _home;
    private readonly Statement _rows;
    private readonly Statement _large;
    private CursorPosition _position;
    private bool _largeRead;

    /// <summary>Takes two statements, which go back to the reader when the cursor ends.</summary>
    internal SqliteEntryCursor(EntryReader reader, Stack<Statement> home, Statement rows, Statement large)
    {
        _reader = reader;
        _home = home;
        _rows = rows;
        _large = large;
    }

    private enum CursorPosition
    {
        Before,
        OnRow,
        After,
        Disposed,
    }

    public ReadOnlySpan<byte> Scope => Row.Bytes(0);

    public ReadOnlySpan<byte> Key => Row.Bytes(1);

    public long ModifiedAt => Row.Int64(2);

    public EntryHash Hash => Row.IsNull(3) ? EntryHash.None : EntryHash.Read(Row.Bytes(3));

    public ReadOnlySpan<byte> Value
    {
        get
        {
            if (Row.IsNull(4))
                return Row.Bytes(5);
            if (!_largeRead)
                _reader.StepToLarge(_large, Row.Int64(4));
            _largeRead = true;
            return _large.Bytes(0);
        }
    }

    protected Statement Row => _position == CursorPosition.OnRow
        ? _rows
        : throw new InvalidOperationException("The cursor does not stand on an entry.");

    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_position == CursorPosition.Disposed, this);
        if (_position == CursorPosition.After)
            return false;
        if (_largeRead)
            _large.Reset();
        _largeRead = false;

        // Also after an exception: SQLite would start from the beginning.
        _position = CursorPosition.After;
        if (!_rows.Step())
            return false;
        _position = CursorPosition.OnRow;
        return true;
    }

    public void Dispose()
    {
        if (_position == CursorPosition.Disposed)
            return;
        _position = CursorPosition.Disposed;
        _reader.End(this, _home, _rows, _large);
    }
}
