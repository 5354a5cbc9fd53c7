using System.Text;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

/// <summary>One scope in numbers.</summary>
/// <param name="Name">The scope.</param>
/// <param name="Entries">How many keys it has.</param>
/// <param name="Size">The bytes of its keys and values.</param>
/// <param name="ModifiedAt">When the newest of them was written, in microseconds since the Unix epoch.</param>
internal sealed record ScopeSummary(string Name, long Entries, long Size, long ModifiedAt)
{
    private const int EntriesBetweenLooks = 1024;

    /// <summary>Walks all entries once; each scope's lie together.</summary>
    public static List<ScopeSummary> ReadAll(IStateSnapshot snapshot, IProgress<long> progress, CancellationToken interrupt)
    {
        List<ScopeSummary> scopes = [];
        byte[] scope = [];
        (long entries, long size, long modifiedAt, long seen) = (0, 0, long.MinValue, 0);
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            if (seen++ % EntriesBetweenLooks == 0)
            {
                interrupt.ThrowIfCancellationRequested();
                progress.Report(seen);
            }

            if (!cursor.Scope.SequenceEqual(scope))
            {
                Add();
                scope = cursor.Scope.ToArray();
                (entries, size, modifiedAt) = (0, 0, long.MinValue);
            }

            entries++;
            size += cursor.Key.Length + cursor.Value.Length;
            modifiedAt = Math.Max(modifiedAt, cursor.ModifiedAt);
        }

        Add();
        return scopes;

        void Add()
        {
            if (entries > 0)
            {
                scopes.Add(new ScopeSummary(Encoding.UTF8.GetString(scope), entries, size, modifiedAt));
            }
        }
    }
}
