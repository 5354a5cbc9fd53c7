using System.Text;
using LlmSpell.Backup;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Repl.Completion;

/// <summary>Finds scopes, keys and backups by how they start, so many of them that a list of them can be read. Looking creates no state.</summary>
internal sealed class StateNames(Workspace workspace)
{
    public const int Most = 100;

    public IReadOnlyList<string> Scopes(string prefix)
    {
        List<string> scopes = [];
        if (workspace.ExistingStore is not { } store)
        {
            return scopes;
        }

        using IStateSnapshot snapshot = store.OpenSnapshot();
        byte[] start = Encoding.UTF8.GetBytes(prefix);
        KeyRange range = start.Length == 0 ? KeyRange.All : new KeyRange(new KeyBound(start, ReadOnlyMemory<byte>.Empty), null);
        while (scopes.Count <= Most)
        {
            using IEntryCursor cursor = snapshot.Scan(range);
            if (!cursor.MoveNext() || !cursor.Scope.StartsWith(start))
            {
                break;
            }

            scopes.Add(Encoding.UTF8.GetString(cursor.Scope));
            range = KeyRange.AfterScope(cursor.Scope);
        }

        return scopes;
    }

    public IReadOnlyList<string> Keys(string scope, string prefix)
    {
        List<string> keys = [];
        byte[] name = Encoding.UTF8.GetBytes(scope);
        if (KeyRules.Problem(name, StateKey.MaxScopeBytes) is not null || workspace.ExistingStore is not { } store)
        {
            return keys;
        }

        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.WithPrefix(name, Encoding.UTF8.GetBytes(prefix)));
        while (keys.Count <= Most && cursor.MoveNext())
        {
            keys.Add(Encoding.UTF8.GetString(cursor.Key));
        }

        return keys;
    }

    /// <summary>Ids, oldest first.</summary>
    public IReadOnlyList<string> Backups(string prefix)
    {
        if (workspace.BackupsUnavailable is not null)
        {
            return [];
        }

        BackupListing listing = workspace.Backups.ListAsync().GetAwaiter().GetResult();
        return [.. listing.Backups.Select(backup => backup.Id.Value).Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Take(Most + 1)];
    }
}
