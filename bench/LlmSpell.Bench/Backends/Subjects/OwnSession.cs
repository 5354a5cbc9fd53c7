using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>A program's calls on a store of ours, which all threads share.</summary>
internal sealed class OwnSession(StateStore store) : ISession
{
    public void Save(WorkItem item) => store.Save(item.Key, item.Value);

    public void SaveTogether(ReadOnlySpan<WorkItem> items)
    {
        using StateTransaction transaction = store.BeginTransaction();
        foreach (WorkItem item in items)
        {
            transaction.Save(item.Key, item.Value);
        }

        transaction.Commit();
    }

    public int Load(WorkItem item) => store.Load(item.Key) is { } value ? value.Bytes.Length : -1;

    public long Scan()
    {
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        EntryTally tally = default;
        while (cursor.MoveNext())
        {
            tally.Add(cursor.Key, cursor.Value);
        }

        return tally.Entries;
    }

    public void Dispose()
    {
    }
}
