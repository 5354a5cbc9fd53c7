namespace LlmSpell.State.Sqlite.Reading;

/// <summary>What all cursors share: where they stand, and that they end once.</summary>
internal abstract class Cursor(EntryReader reader) : IDisposable
{
    private Position _position;

    private enum Position
    {
        Before,
        OnRow,
        After,
        Disposed,
    }

    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_position == Position.Disposed, this);
        if (_position == Position.After)
        {
            return false;
        }

        // Also after an exception: a statement at its end would start from the beginning.
        _position = Position.After;
        if (!Step())
        {
            return false;
        }

        _position = Position.OnRow;
        return true;
    }

    public void Dispose()
    {
        if (_position == Position.Disposed)
        {
            return;
        }

        _position = Position.Disposed;
        reader.Forget(this);
        GiveBack(reader.Statements);
    }

    protected void ThrowIfNotOnRow()
    {
        if (_position != Position.OnRow)
        {
            throw new InvalidOperationException("The cursor does not stand on an entry.");
        }
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    protected abstract bool Step();

    /// <summary>Gives the cursor's statements back.</summary>
    protected abstract void GiveBack(StatementPool statements);
}
