namespace LlmSpell.State;

internal sealed class MemoryChangeCursor(MemoryState state, long sequence) : IChangeCursor
{
    private SortedDictionary<StateKey, MemoryChange>.Enumerator _walk = state.Changes.Since(sequence).GetEnumerator();
    private MemoryEntry? _entry;

    public ReadOnlySpan<byte> Scope => _walk.Current.Key.Scope;

    public ReadOnlySpan<byte> Key => _walk.Current.Key.Key;

    public bool IsTombstone => _entry is null;

    public EntryHash Replaced => _walk.Current.Value.Replaced;

    public long ModifiedAt => _entry?.ModifiedAt ?? _walk.Current.Value.ChangedAt;

    public EntryHash Hash => _entry?.Hash ?? EntryHash.None;

    public ReadOnlySpan<byte> Value => _entry is null ? default : _entry.Value;

    public bool MoveNext()
    {
        if (!_walk.MoveNext())
        {
            return false;
        }

        _entry = state.Entries.TryGetValue(MemoryEntry.Probe(_walk.Current.Key), out MemoryEntry? entry) ? entry : null;
        return true;
    }

    public void Dispose() => _walk.Dispose();
}
