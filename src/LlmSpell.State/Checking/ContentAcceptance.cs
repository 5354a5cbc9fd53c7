namespace LlmSpell.State;

/// <summary>Replaces a state by its own entries, whatever the hashes beside them say.</summary>
internal sealed class ContentAcceptance(IStateSnapshot snapshot, IStateReplacement replacement)
{
    internal StoreStatus Run(CancellationToken cancellationToken)
    {
        using (Entries entries = new(snapshot.Scan(KeyRange.All), cancellationToken))
        {
            replacement.Append(entries);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return replacement.Commit(backupId: null, adopt: null);
    }

    /// <summary>The entries with their right hashes; one that could not have been saved ends it.</summary>
    private sealed class Entries(IEntryCursor cursor, CancellationToken cancellationToken) : IEntryCursor
    {
        private readonly AscendingKeys _order = new();

        public ReadOnlySpan<byte> Scope => cursor.Scope;

        public ReadOnlySpan<byte> Key => cursor.Key;

        public long ModifiedAt => cursor.ModifiedAt;

        public EntryHash Hash => EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value);

        public ReadOnlySpan<byte> Value => cursor.Value;

        public bool MoveNext()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!cursor.MoveNext())
            {
                return false;
            }

            if (Problem() is { } problem)
            {
                throw new StateCorruptException(
                    $"The entry {StateKey.FromValidated(cursor.Scope, cursor.Key)} cannot be accepted: it {problem}.",
                    "Nothing was changed. Correct or delete it with the tool that wrote it, or restore a backup.");
            }

            return true;
        }

        public void Dispose() => cursor.Dispose();

        private string? Problem() =>
            _order.Problem(cursor.Scope, cursor.Key)
            ?? UnixTime.Problem(cursor.ModifiedAt)
            ?? (StateValueRules.Problem(cursor.Value) is { } value ? $"holds bytes that are not a value: {value}" : null);
    }
}
