using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>The entries of a spool from its beginning, for a state that takes them all.</summary>
/// <param name="spool">The spool; it stays the caller's.</param>
/// <param name="look">Called before each entry with the number of those that were given.</param>
internal sealed class ImportEntries(ImportSpool spool, Action<long> look) : IEntryCursor
{
    private long _given = -1;

    public ReadOnlySpan<byte> Scope => spool.Scope;

    public ReadOnlySpan<byte> Key => spool.Key;

    public long ModifiedAt => spool.ModifiedAt;

    public EntryHash Hash => EntryHash.Of(spool.Scope, spool.Key, spool.Value);

    public ReadOnlySpan<byte> Value => spool.Value;

    public bool MoveNext()
    {
        if (_given < 0)
        {
            spool.Rewind();
        }

        look(++_given);
        return spool.MoveNext();
    }

    public void Dispose()
    {
    }
}
