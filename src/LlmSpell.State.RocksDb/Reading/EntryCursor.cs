using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Walks entries where RocksDB has them, without copies.</summary>
/// <param name="rows">Rows of the entries family; owned by this.</param>
/// <param name="set">Ends this cursor with the others.</param>
/// <param name="folder">For messages.</param>
internal sealed class EntryCursor(Rows rows, CursorSet set, string folder) : StepCursor, IEntryCursor
{
    private int _scopeLength;

    public ReadOnlySpan<byte> Scope => StoredName[.._scopeLength];

    public ReadOnlySpan<byte> Key => StoredName[(_scopeLength + 1)..];

    public long ModifiedAt => Record.ModifiedAt;

    public EntryHash Hash => Record.Hash;

    public ReadOnlySpan<byte> Value => Record.Value;

    private ReadOnlySpan<byte> StoredName
    {
        get
        {
            ThrowIfNotOnRow();
            return rows.Key;
        }
    }

    private EntryRecord Record
    {
        get
        {
            ThrowIfNotOnRow();
            return new EntryRecord(rows.Value, folder);
        }
    }

    protected override bool Step()
    {
        if (!rows.Step())
        {
            return false;
        }

        _scopeLength = StoredKey.Split(rows.Key, folder);
        return true;
    }

    protected override void Close()
    {
        set.Remove(this);
        rows.Dispose();
    }
}
