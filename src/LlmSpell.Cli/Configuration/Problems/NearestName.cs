namespace LlmSpell.Cli.Configuration.Problems;

/// <summary>
/// Finds the name that a person probably meant: the least edits by optimal string alignment (insert, delete, replace, swap of
/// neighbours; Damerau 1964, in the restricted form).
/// </summary>
internal static class NearestName
{
    /// <returns>The nearest candidate within <paramref name="maxEdits"/>, or null. Of equally near ones the first.</returns>
    public static string? Find(string name, IEnumerable<string> candidates, int maxEdits)
    {
        string? nearest = null;
        int fewest = maxEdits + 1;
        foreach (string candidate in candidates)
        {
            int edits = Edits(Normalize(name), Normalize(candidate));
            if (edits < fewest)
            {
                (nearest, fewest) = (candidate, edits);
            }
        }

        return nearest;
    }

    /// <summary>For a hint only, so generous: two fifths of the letters may be wrong, or the end may be missing. A missing end says more than several wrong letters.</summary>
    public static string? Suggest(string name, IReadOnlyCollection<string> candidates) =>
        Find(name, candidates, 1)
        ?? candidates.FirstOrDefault(candidate => name.Length > 2 && Normalize(candidate).StartsWith(Normalize(name), StringComparison.Ordinal))
        ?? Find(name, candidates, Math.Max(2, name.Length * 2 / 5));

    /// <summary>The number of edits from one name to the other.</summary>
    public static int Edits(string from, string to)
    {
        int[] beforePrevious = new int[to.Length + 1];
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        int[] current = new int[to.Length + 1];
        for (int row = 1; row <= from.Length; row++)
        {
            current[0] = row;
            for (int column = 1; column <= to.Length; column++)
            {
                int replace = previous[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1);
                int best = Math.Min(replace, Math.Min(previous[column], current[column - 1]) + 1);
                bool isSwap = row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
                current[column] = isSwap ? Math.Min(best, beforePrevious[column - 2] + 1) : best;
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[to.Length];
    }

    // Upper case and dashes are the commonest slips and cost nothing.
    private static string Normalize(string name) => name.ToLowerInvariant().Replace('-', '_');
}
