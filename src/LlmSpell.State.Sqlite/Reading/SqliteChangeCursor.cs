using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>A cursor over changed keys: the columns of an entry, NULL where there is none, and the hash first replaced.</summary>
internal sealed class SqliteChangeCursor : SqliteEntryCursor, IChangeCursor
{
    internal SqliteChangeCursor(EntryReader reader, Stack<Statement> home, Statement rows, Statement large)
        : base(reader, home, rows, large)
    {
    }

    public bool IsTombstone => Row.IsNull(3);

    public EntryHash Replaced => Row.IsNull(6) ? EntryHash.None : EntryHash.Read(Row.Bytes(6));
}
