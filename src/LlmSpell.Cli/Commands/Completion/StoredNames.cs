using System.Text;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Completion;

/// <summary>Scopes, keys and backups for completion: quick, never waiting long for others, and never making a state.</summary>
/// <param name="host">The environment and the folder.</param>
/// <param name="configurationFile">The value of <c>-c</c>, if given.</param>
internal sealed class StoredNames(CommandLineHost host, string? configurationFile)
{
    // More than anybody reads, and few enough to be found at once.
    private const int MaxNames = 500;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    /// <param name="kind">What is looked for.</param>
    /// <param name="scope">Where keys are looked for.</param>
    /// <param name="start">How keys begin.</param>
    public IReadOnlyList<Candidate> Find(ValueKind kind, string scope, string start)
    {
        LlmSpellConfiguration configuration = ConfigurationLoader.Load(new ConfigurationRequest(configurationFile, host.WorkingFolder, host.Environment));
        configuration = configuration with { State = configuration.State with { BusyTimeout = LongestWait } };
        using var workspace = new Workspace(configuration, host.Clock, new OutputWriter(host, new OutputSettings(OutputFormat.Text, Verbosity: Verbosity.Quiet))) { OnlyReads = true };
        if (kind == ValueKind.Backup)
        {
            return Backups(workspace);
        }

        if (workspace.ExistingStore is not { } store)
        {
            return [];
        }

        return [.. (kind == ValueKind.Scope ? store.ListScopes() : Keys(store, scope, start)).Select(name => new Candidate(name))];
    }

    private Candidate[] Backups(Workspace workspace)
    {
        BackupListing listing = workspace.Backups.ListAsync().GetAwaiter().GetResult();
        DateTimeOffset now = host.Clock.GetUtcNow();
        Candidate[] newestFirst = [.. listing.Backups.Reverse().Take(MaxNames).Select(backup => new Candidate(backup.Id.Value, Describe(backup, now)))];
        return newestFirst.Length == 0 ? [] : [new Candidate(BackupReference.Latest, "The newest backup of this state"), .. newestFirst];
    }

    private static string Describe(BackupSummary backup, DateTimeOffset now)
    {
        string entries = Quantities.Count(backup.Manifest.Entries, "entry", "entries");
        string about = $"{Quantities.Ago(backup.CreatedAt, now)}, {BackupJson.KindOf(backup)}, {entries}";
        return backup.Manifest.Description.Length > 0 ? $"{about}: {SafeText.Shorten(SafeText.OneLine(backup.Manifest.Description), 40)}" : about;
    }

    private static List<string> Keys(StateStore store, string scope, string start)
    {
        KeyRange range = KeyRange.WithPrefix(Encoding.UTF8.GetBytes(scope), Encoding.UTF8.GetBytes(start));
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(range);
        List<string> keys = [];
        while (keys.Count < MaxNames && cursor.MoveNext())
        {
            keys.Add(Encoding.UTF8.GetString(cursor.Key));
        }

        return keys;
    }
}
