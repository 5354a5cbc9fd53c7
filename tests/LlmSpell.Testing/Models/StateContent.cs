using System.Text;
using LlmSpell.State;

namespace LlmSpell.Testing;

/// <summary>The whole content of a state, to be compared: every entry with its time and its bytes.</summary>
public static class StateContent
{
    /// <summary>One line for each entry, in order; also checks that the store's own sums agree with what is there.</summary>
    public static IReadOnlyList<string> Read(StateStore store)
    {
        using IStateSnapshot snapshot = store.OpenSnapshot();
        return Read(snapshot);
    }

    public static IReadOnlyList<string> Read(IStateSnapshot snapshot)
    {
        List<string> lines = [];
        Fingerprint sum = default;
        using (IEntryCursor cursor = snapshot.Scan(KeyRange.All))
        {
            while (cursor.MoveNext())
            {
                EntryHash hash = EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value);
                Xunit.Assert.Equal(hash, cursor.Hash);
                sum = sum.Toggle(hash);
                lines.Add($"{Encoding.UTF8.GetString(cursor.Scope)}/{Encoding.UTF8.GetString(cursor.Key)} @{cursor.ModifiedAt} {Convert.ToHexString(cursor.Value)}");
            }
        }

        Xunit.Assert.Equal(snapshot.Status.Entries, lines.Count);
        Xunit.Assert.Equal(snapshot.Status.Fingerprint, sum);
        return lines;
    }
}
