namespace LlmSpell.State;

/// <summary>The entries of a cursor, each checked before it is given: its name, its place, its value, and the hash that was kept beside it. The first that is wrong ends it.</summary>
internal sealed class VerifiedEntries(IEntryCursor cursor, IProgress<long>? progress, CancellationToken cancellationToken) : IEntryCursor
{
    private const int EntriesBetweenLooks = 256;

    private readonly AscendingKeys _order = new();

    /// <summary>How many were given so far.</summary>
    internal long Entries { get; private set; }

    /// <summary>What these add up to.</summary>
    internal Fingerprint Fingerprint { get; private set; }

    public ReadOnlySpan<byte> Scope => cursor.Scope;

    public ReadOnlySpan<byte> Key => cursor.Key;

    public long ModifiedAt => cursor.ModifiedAt;

    /// <summary>As computed from the entry.</summary>
    public EntryHash Hash { get; private set; }

    public ReadOnlySpan<byte> Value => cursor.Value;

    public bool MoveNext()
    {
        if (Entries % EntriesBetweenLooks == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(Entries);
        }

        if (!cursor.MoveNext())
        {
            progress?.Report(Entries);
            return false;
        }

        if (Problem() is { } problem)
        {
            throw new StateCorruptException(
                $"The entry {StateKey.FromValidated(cursor.Scope, cursor.Key)} of the source is damaged: {problem}.",
                "The target is as it was. `llmspell state check` names all that is damaged in the source.");
        }

        Entries++;
        Fingerprint = Fingerprint.Toggle(Hash);
        return true;
    }

    public void Dispose() => cursor.Dispose();

    private string? Problem()
    {
        try
        {
            Hash = EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value);
            return _order.Problem(cursor.Scope, cursor.Key) is { } name ? $"it {name}"
                : UnixTime.Problem(cursor.ModifiedAt) is { } time ? $"it {time}"
                : Hash != cursor.Hash ? $"it does not match the hash beside it: {Hash}, not {cursor.Hash}"
                : StateValueRules.Problem(cursor.Value) is { } value ? $"its bytes are not a value: {value}"
                : null;
        }
        catch (StateCorruptException e)
        {
            // The database does not say which entry it could not read.
            return e.Message.TrimEnd('.');
        }
    }
}
