using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Checks what a scan of the entries cannot see: the checksums of all tables, and the change log.</summary>
internal static class StorageCheck
{
    internal static List<string> Run(
        Generation generation, Counters counters, nint snapshot, bool verifyTables, int maxProblems, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxProblems, 1);
        cancellationToken.ThrowIfCancellationRequested();
        List<string> problems = [];
        if (verifyTables)
        {
            Collect(problems, generation.Database.VerifyChecksums);
            cancellationToken.ThrowIfCancellationRequested();
        }

        Collect(problems, () => CheckChanges(generation, counters, snapshot, problems, maxProblems, cancellationToken));
        return problems.Count <= maxProblems ? problems : problems[..maxProblems];
    }

    private static void Collect(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (StateCorruptException e)
        {
            problems.Add(e.Message.TrimEnd('.'));
        }
    }

    private static void CheckChanges(
        Generation generation, Counters counters, nint snapshot, List<string> problems, int maxProblems, CancellationToken cancellationToken)
    {
        string folder = generation.Database.Folder;
        long expected = counters.PrunedThrough;
        using Rows changes = Rows.OfChanges(generation, from: 0, snapshot);
        while (changes.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            long number = ChangeRecord.ReadNumber(changes.Key, folder);
            if (number != expected + 1 && problems.Count < maxProblems)
            {
                problems.Add($"the change log has change {number} where change {expected + 1} should be");
            }

            expected = number;
            StoredKey.Split(new ChangeRecord(changes.Value, folder).Key, folder);
        }

        if (expected != counters.Sequence)
        {
            problems.Add($"the change log ends with change {expected}, but should with {counters.Sequence}");
        }
    }
}
