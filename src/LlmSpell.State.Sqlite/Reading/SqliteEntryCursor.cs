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
    private readonly GatheredRows? _gathered;
    private readonly string _file;

    /// <param name="reader">The connection to read on.</param>
    /// <param name="range">Which entries.</param>
    /// <param name="gatherer">Takes the rows if it is all; null otherwise.</param>
    internal SqliteEntryCursor(EntryReader reader, KeyRange range, RowGatherer? gatherer)
        : base(reader)
    {
        _file = reader.File;
        _sql = gatherer is null ? Sql.Scan : Sql.ScanAll;
        _scan = reader.Statements.Take(_sql);
        _large = reader.Statements.Take(Sql.ReadLarge);
        _row = new EntryRow(_scan, _large, reader.File);
        if (gatherer is not null)
        {
            _gathered = new GatheredRows(gatherer, _row);
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

    public ReadOnlySpan<byte> Scope => Taken is { } rows ? rows.Scope : _scan.Bytes(4);

    public ReadOnlySpan<byte> Key => Taken is { } rows ? rows.Key : _scan.Bytes(5);

    public long ModifiedAt => Taken?.ModifiedAt ?? _row.ModifiedAt;

    public EntryHash Hash => Taken is { } rows ? StoredHash.ReadHash(rows.Hash, _file) : _row.Hash;

    public ReadOnlySpan<byte> Value => Taken is { } rows ? rows.Value : _row.Value;

    /// <summary>Where the present row is if it was taken; null if the statement stands on it.</summary>
    private GatheredRows? Taken
    {
        get
        {
            ThrowIfNotOnRow();
            return _gathered is { IsOnTaken: true } ? _gathered : null;
        }
    }

    protected override bool Step() => _gathered is null ? _row.Step() : _gathered.Step();

    protected override void GiveBack(StatementPool statements)
    {
        _gathered?.Dispose();
        statements.GiveBack(_sql, _scan);
        statements.GiveBack(Sql.ReadLarge, _large);
    }
}
