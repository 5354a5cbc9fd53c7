using System.Text;

namespace LlmSpell.State;

/// <summary>What a scan answers, whether of a snapshot or of a transaction. Each disposes the cursors it is given.</summary>
internal static class EntryScan
{
    internal static KeyRange RangeOf(string scope, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return KeyRange.WithPrefix(KeyRules.EncodeScope(scope), KeyRules.StrictUtf8(prefix, nameof(prefix)));
    }

    internal static List<string> Keys(IEntryCursor cursor)
    {
        using (cursor)
        {
            List<string> keys = [];
            while (cursor.MoveNext())
            {
                keys.Add(Encoding.UTF8.GetString(cursor.Key));
            }

            return keys;
        }
    }

    internal static long Count(IEntryCursor cursor)
    {
        using (cursor)
        {
            long count = 0;
            while (cursor.MoveNext())
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>One step for each scope, however many entries it has.</summary>
    internal static List<string> Scopes(Func<KeyRange, IEntryCursor> scan)
    {
        List<string> scopes = [];
        KeyRange range = KeyRange.All;
        while (true)
        {
            using IEntryCursor cursor = scan(range);
            if (!cursor.MoveNext())
            {
                return scopes;
            }

            scopes.Add(Encoding.UTF8.GetString(cursor.Scope));
            range = KeyRange.AfterScope(cursor.Scope);
        }
    }

    /// <summary>Fills an empty page with the first entries of a range.</summary>
    internal static void Fill(EntryPage page, IEntryCursor cursor)
    {
        using (cursor)
        {
            while (cursor.MoveNext())
            {
                page.Add(cursor.Key, cursor.Value);
                if (page.IsFull)
                {
                    return;
                }
            }

            page.IsLast = true;
        }
    }
}
