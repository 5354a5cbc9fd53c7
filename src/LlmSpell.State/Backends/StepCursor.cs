namespace LlmSpell.State;

/// <summary>What all cursors share: where they stand, that they stay at their end, and that they end once. Not thread-safe.</summary>
internal abstract class StepCursor : IDisposable
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

        // Also after an exception: what failed once must not start from the beginning.
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
        if (_position != Position.Disposed)
        {
            _position = Position.Disposed;
            Close();
        }
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

    /// <summary>Gives up what the cursor holds.</summary>
    protected abstract void Close();
}
