namespace LlmSpell.State.Sqlite.Reading;

/// <summary>A cursor over statements of a reader, which ends it with the others.</summary>
internal abstract class Cursor(EntryReader reader) : StepCursor
{
    protected sealed override void Close()
    {
        reader.Forget(this);
        GiveBack(reader.Statements);
    }

    /// <summary>Gives the cursor's statements back.</summary>
    protected abstract void GiveBack(StatementPool statements);
}
