namespace LlmSpell.State;

/// <summary>Replaces a state by its own entries, whatever the hashes beside them say.</summary>
internal sealed class ContentAcceptance(IStateSnapshot snapshot, IStateReplacement replacement)
{
    private const int EntriesBetweenLooks = 256;

    private readonly AscendingKeys _order = new();

    internal StoreStatus Run(CancellationToken cancellationToken)
    {
        using (IEntryCursor cursor = snapshot.Scan(KeyRange.All))
        {
            while (cursor.MoveNext())
            {
                if (replacement.Entries % EntriesBetweenLooks == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (Problem(cursor) is { } problem)
                {
                    throw new StateCorruptException(
                        $"The entry {StateKey.FromValidated(cursor.Scope, cursor.Key)} cannot be accepted: it {problem}.",
                        "Nothing was changed. Correct or delete it with the tool that wrote it, or restore a backup.");
                }

                replacement.Append(cursor.Scope, cursor.Key, cursor.ModifiedAt, cursor.Value);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return replacement.Commit(backupId: null, adopt: null);
    }

    private string? Problem(IEntryCursor cursor) =>
        _order.Problem(cursor.Scope, cursor.Key)
        ?? (StateValueRules.Problem(cursor.Value) is { } value ? $"holds bytes that are not a value: {value}" : null);
}
