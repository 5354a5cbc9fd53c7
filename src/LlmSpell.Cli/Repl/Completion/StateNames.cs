using System.Text;
using LlmSpell.Backup;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Repl.Completion;

/// <summary>Finds scopes, keys and backups by how they start, so many of them that a list of them can be read. Looking creates no state.</summary>
internal sealed class StateNames(Workspace workspace)
{
    public const int Most = 100;

    public IReadOnlyList<string> Scopes(string prefix) => workspace.Look(snapshot => Scopes(snapshot, prefix), []);

    public IReadOnlyList<string> Keys(string scope, string prefix)
    {
        byte[] name = Encoding.UTF8.GetBytes(scope);
        return KeyRules.Problem(name, StateKey.MaxScopeBytes) is null ? workspace.Look(snapshot => Keys(snapshot, name, prefix), []) : [];
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

    private static List<string> Scopes(IStateSnapshot snapshot, string prefix)
    {
        List<string> scopes = [];
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

    private static List<string> Keys(IStateSnapshot snapshot, byte[] scope, string prefix)
    {
        List<string> keys = [];
        using IEntryCursor cursor = snapshot.Scan(KeyRange.WithPrefix(scope, Encoding.UTF8.GetBytes(prefix)));
        while (keys.Count <= Most && cursor.MoveNext())
        {
            keys.Add(Encoding.UTF8.GetString(cursor.Key));
        }

        return keys;
    }
}
