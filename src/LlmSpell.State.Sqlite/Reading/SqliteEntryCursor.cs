using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>Walks the entries of a range.</summary>
internal sealed class SqliteEntryCursor : Cursor, IEntryCursor
{
    private readonly string _sql;
    private readonly Statement _scan;
    private readonly Statement _large;
    private readonly EntryRow _row;

    internal SqliteEntryCursor(EntryReader reader, KeyRange range)
        : base(reader)
    {
        _sql = range == KeyRange.All ? Sql.ScanAll : Sql.Scan;
        _scan = reader.Statements.Take(_sql);
        _large = reader.Statements.Take(Sql.ReadLarge);
        _row = new EntryRow(_scan, _large, reader.File);
        if (_sql == Sql.ScanAll)
        {
            return;
        }

        _scan.BindText(1, range.From is { } first ? first.Scope.Span : default);
        _scan.BindText(2, range.From is { } from ? from.Key.Span : default);
        if (range.To is { } to)
        {
            _scan.BindText(3, to.Scope.Span);
            _scan.BindText(4, to.Key.Span);
        }
        else
        {
            // Every blob sorts after every text.
            _scan.BindBlob(3, default);
            _scan.BindBlob(4, default);
        }
    }

    public ReadOnlySpan<byte> Scope
    {
        get
        {
            ThrowIfNotOnRow();
            return _scan.Bytes(4);
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            ThrowIfNotOnRow();
            return _scan.Bytes(5);
        }
    }

    public long ModifiedAt => Row.ModifiedAt;

    public EntryHash Hash => Row.Hash;

    public ReadOnlySpan<byte> Value => Row.Value;

    private EntryRow Row
    {
        get
        {
            ThrowIfNotOnRow();
            return _row;
        }
    }

    protected override bool Step() => _row.Step();

    protected override void GiveBack(StatementPool statements)
    {
        statements.GiveBack(_sql, _scan);
        statements.GiveBack(Sql.ReadLarge, _large);
    }
}
