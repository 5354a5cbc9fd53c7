namespace LlmSpell.State;

internal sealed class MemoryChangeCursor(MemoryState state, long sequence, CursorSet set) : StepCursor, IChangeCursor
{
    private SortedDictionary<StateKey, MemoryChange>.Enumerator _walk = state.Changes.Since(sequence).GetEnumerator();
    private MemoryEntry? _entry;

    public ReadOnlySpan<byte> Scope => Change.Key.Scope;

    public ReadOnlySpan<byte> Key => Change.Key.Key;

    public bool IsTombstone => Entry is null;

    public EntryHash Replaced => Change.Replaced;

    public long ModifiedAt => Entry?.ModifiedAt ?? Change.ChangedAt;

    public EntryHash Hash => Entry?.Hash ?? EntryHash.None;

    public ReadOnlySpan<byte> Value => Entry is { } entry ? entry.Value : default;

    private MemoryChange Change
    {
        get
        {
            ThrowIfNotOnRow();
            return _walk.Current.Value;
        }
    }

    private MemoryEntry? Entry
    {
        get
        {
            ThrowIfNotOnRow();
            return _entry;
        }
    }

    protected override bool Step()
    {
        if (!_walk.MoveNext())
        {
            return false;
        }

        _entry = state.Entries.TryGetValue(MemoryEntry.Probe(_walk.Current.Key), out MemoryEntry? entry) ? entry : null;
        return true;
    }

    protected override void Close()
    {
        set.Remove(this);
        _walk.Dispose();
    }
}
