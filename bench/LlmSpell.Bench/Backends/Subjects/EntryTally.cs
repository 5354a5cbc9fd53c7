namespace LlmSpell.Bench;

/// <summary>Looks at each key and value so that a store that hands out pointers must have read what they point to.</summary>
internal struct EntryTally
{
    private long _seen;

    internal long Entries { get; private set; }

    internal void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _seen += key[^1] + value[^1];
        Entries++;
    }

    public override readonly string ToString() => $"{Entries} entries, {_seen}";
}
