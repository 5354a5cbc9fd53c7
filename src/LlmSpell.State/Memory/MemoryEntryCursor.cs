using System.Collections.Immutable;

namespace LlmSpell.State;

internal sealed class MemoryEntryCursor(ImmutableSortedSet<MemoryEntry> entries, KeyRange range, CursorSet set) : StepCursor, IEntryCursor
{
    private readonly int _end = IndexOf(entries, range.To, entries.Count);
    private int _next = IndexOf(entries, range.From, 0);
    private MemoryEntry? _current;

    public ReadOnlySpan<byte> Scope => Current.Key.Scope;

    public ReadOnlySpan<byte> Key => Current.Key.Key;

    public long ModifiedAt => Current.ModifiedAt;

    public EntryHash Hash => Current.Hash;

    public ReadOnlySpan<byte> Value => Current.Value;

    private MemoryEntry Current
    {
        get
        {
            ThrowIfNotOnRow();
            return _current!;
        }
    }

    protected override bool Step()
    {
        _current = _next < _end ? entries[_next++] : null;
        return _current is not null;
    }

    protected override void Close() => set.Remove(this);

    private static int IndexOf(ImmutableSortedSet<MemoryEntry> entries, KeyBound? bound, int missing)
    {
        if (bound is null)
        {
            return missing;
        }

        int index = entries.IndexOf(MemoryEntry.Probe(StateKey.FromValidated(bound.Scope.Span, bound.Key.Span)));
        return index >= 0 ? index : ~index;
    }
}
