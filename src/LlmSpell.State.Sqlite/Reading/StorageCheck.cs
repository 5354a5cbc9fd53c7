using System.Text;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Checks what a scan of the entries cannot see: SQLite's own structures, rows that nothing leads to, and the change log. Inside a
/// read transaction, so that the answers belong together while others write.
/// </summary>
internal static class StorageCheck
{
    private const string Values =
        "SELECT (SELECT count(*) FROM large_values), (SELECT count(large) FROM entries), "
        + "(SELECT count(*) FROM entries JOIN large_values ON id = large WHERE entries.value IS NULL)";

    private const string Changes =
        "SELECT count(*), coalesce(min(sequence), 0), coalesce(max(sequence), 0), "
        + "count(replaced) - count(CASE WHEN length(replaced) = 16 THEN 1 END) FROM changes";

    internal static List<string> Run(Connection connection, Meta meta, int maxProblems, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxProblems, 1);
        using CancellationTokenRegistration stop = cancellationToken.Register(connection.Interrupt);
        try
        {
            return RunUnlessInterrupted(connection, meta, maxProblems, cancellationToken);
        }
        catch (StateException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    // An interruption reaches a statement that runs, and none that comes after.
    private static List<string> RunUnlessInterrupted(Connection connection, Meta meta, int maxProblems, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        cancellationToken.ThrowIfCancellationRequested();
        CheckStructure(connection, maxProblems, problems);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            CheckValues(connection, problems);
            CheckChanges(connection, meta, problems);
        }
        catch (StateCorruptException e)
        {
            problems.Add(e.Message.TrimEnd('.'));
        }

        return problems.Count <= maxProblems ? problems : problems[..maxProblems];
    }

    private static void CheckStructure(Connection connection, int maxProblems, List<string> problems)
    {
        try
        {
            using Statement check = connection.PrepareOnce($"PRAGMA integrity_check({maxProblems})");
            while (check.Step())
            {
                string line = Encoding.UTF8.GetString(check.Bytes(0));
                if (line != "ok")
                {
                    problems.Add($"SQLite finds its file damaged: {line.ReplaceLineEndings("; ")}");
                }
            }
        }
        catch (StateCorruptException e)
        {
            problems.Add(e.Message.TrimEnd('.'));
        }
    }

    private static void CheckValues(Connection connection, List<string> problems)
    {
        using Statement row = connection.PrepareOnce(Values);
        row.Step();
        (long values, long references, long found) = (row.Int64(0), row.Int64(1), row.Int64(2));
        if (found != references)
        {
            problems.Add($"{references} entries name a row of large_values, but only {found} of these have a value there and none of their own");
        }

        if (values != references)
        {
            problems.Add($"large_values has {values} rows, but {references} entries name one");
        }
    }

    private static void CheckChanges(Connection connection, Meta meta, List<string> problems)
    {
        using Statement row = connection.PrepareOnce(Changes);
        row.Step();
        (long count, long first, long last, long wrong) = (row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3));
        long expected = meta.Sequence - meta.PrunedThrough;
        if (count != expected || (count > 0 && (first != meta.PrunedThrough + 1 || last != meta.Sequence)))
        {
            problems.Add(
                $"the change log should hold the changes {meta.PrunedThrough + 1} to {meta.Sequence}, but holds {count}, from {first} to {last}");
        }

        if (wrong > 0)
        {
            problems.Add($"{wrong} changes have a hash that is not {EntryHash.Size} bytes long");
        }
    }
}
