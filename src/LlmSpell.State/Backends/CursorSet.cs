namespace LlmSpell.State;

/// <summary>The open cursors of a snapshot or a transaction, which end with it. Not thread-safe.</summary>
internal sealed class CursorSet
{
    private readonly List<IDisposable> _open = [];

    internal T Add<T>(T cursor)
        where T : IDisposable
    {
        _open.Add(cursor);
        return cursor;
    }

    internal void Remove(IDisposable cursor) => _open.Remove(cursor);

    internal void EndAll()
    {
        while (_open is [.., { } last])
        {
            last.Dispose();
            _open.Remove(last);
        }
    }
}
