using System.Text;

namespace LlmSpell.State;

/// <summary>
/// Recomputes everything that a store says of itself from its entries. Goes on after what is wrong with one entry, so that one
/// run names all the damage.
/// </summary>
internal sealed class StoreCheck(IStateSnapshot snapshot)
{
    private const int EntriesBetweenLooks = 256;

    private readonly AscendingKeys _order = new();
    private readonly List<StoreProblem> _problems = [];
    private long _further;
    private long _entries;
    private Fingerprint _fingerprint;

    internal StoreCheckReport Run(CancellationToken cancellationToken)
    {
        bool whole = CheckEntries(cancellationToken);
        StoreStatus status = snapshot.Status;
        if (whole && _entries != status.Entries)
        {
            Add(new StoreProblem($"the store says that it has {status.Entries} entries, but {_entries} are there"));
        }

        if (whole && _fingerprint != status.Fingerprint)
        {
            Add(new StoreProblem($"the store says that its fingerprint is {status.Fingerprint}, but its entries add up to {_fingerprint}"));
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (string problem in snapshot.CheckStorage(StoreCheckReport.MaxProblems, cancellationToken))
        {
            Add(new StoreProblem(problem));
        }

        return new StoreCheckReport(status, _entries, _fingerprint, _problems, _further);
    }

    /// <summary>Whether all entries could be walked, so that their sum means something.</summary>
    private bool CheckEntries(CancellationToken cancellationToken)
    {
        StateKey? last = null;
        try
        {
            using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
            while (cursor.MoveNext())
            {
                if (_entries % EntriesBetweenLooks == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                last = StateKey.FromValidated(cursor.Scope, cursor.Key);
                CheckEntry(cursor);
                _entries++;
            }

            return true;
        }
        catch (StateCorruptException e)
        {
            string where = last is { } key ? $"the entries after {key} cannot be read" : "the entries cannot be read";
            Add(new StoreProblem($"{where}: {e.Message.TrimEnd('.')}"));
            return false;
        }
    }

    private void CheckEntry(IEntryCursor cursor)
    {
        if (_order.Problem(cursor.Scope, cursor.Key) is { } problem)
        {
            Add(cursor, $"the entry {problem}");
        }

        try
        {
            if (UnixTime.Problem(cursor.ModifiedAt) is { } time)
            {
                Add(cursor, $"the entry {time}");
            }

            EntryHash hash = EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value);
            _fingerprint = _fingerprint.Toggle(hash);
            if (hash != cursor.Hash)
            {
                Add(cursor, $"the entry does not match the hash beside it: {hash}, not {cursor.Hash}");
            }
            else if (StateValueRules.Problem(cursor.Value) is { } wrong)
            {
                Add(cursor, $"its bytes are not a value: {wrong}");
            }
        }
        catch (StateCorruptException e)
        {
            Add(cursor, e.Message.TrimEnd('.'));
        }
    }

    private void Add(IEntryCursor cursor, string message) =>
        Add(new StoreProblem(message.TrimEnd('.'), Encoding.UTF8.GetString(cursor.Scope), Encoding.UTF8.GetString(cursor.Key)));

    private void Add(StoreProblem problem)
    {
        if (_problems.Count < StoreCheckReport.MaxProblems)
        {
            _problems.Add(problem);
        }
        else
        {
            _further++;
        }
    }
}
