using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>The argument that names a backup: an id, or <c>latest</c>.</summary>
internal static class BackupReference
{
    public const string Latest = "latest";

    /// <summary>For commands that can look into a backup instead of the state.</summary>
    public static Option<string?> Option() => Filled.Option(
        new Option<string?>("--backup") { Description = "Look into this backup, by id or latest, and not into the state.", HelpName = "ID" });

    public static Argument<string> Argument() => new("ID") { Description = "A backup's id from `backup list`, or latest: this state's newest, safety backups aside." };

    /// <summary>Any number of backups.</summary>
    public static Argument<string[]> Several(string otherwise) => new("ID")
    {
        Description = $"Backups' ids from `backup list`, or latest: this state's newest, safety backups aside. {otherwise}",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The ids of some backups, which need not be readable, or null for all.</summary>
    /// <param name="context">Knows the backups.</param>
    /// <param name="references">Ids, or latest.</param>
    /// <param name="all">Whether all are meant, and none may be named.</param>
    /// <exception cref="CommandException">Neither some nor all are named, or both.</exception>
    public static async Task<string[]?> ResolveManyAsync(CommandContext context, IReadOnlyCollection<string> references, bool all)
    {
        if (all == references.Count > 0)
        {
            throw new CommandException(
                ExitCodes.Usage, all ? "--all means every backup; it goes without ids" : "no backup is named", "Name ids from `llmspell backup list`, latest, or --all.");
        }

        List<string> ids = [];
        foreach (string reference in references)
        {
            ids.Add(reference == Latest ? (await ResolveAsync(context, reference)).Id.Value : reference);
        }

        return all ? null : [.. ids];
    }

    /// <param name="context">The command.</param>
    /// <param name="reference">What the user wrote.</param>
    /// <param name="looksAtStore">Whether the state is asked which backups are its own; false where it may be damaged.</param>
    /// <exception cref="StateNotFoundException">There is no such backup.</exception>
    /// <exception cref="CommandException">latest was asked for, and it cannot be told which that is.</exception>
    public static Task<BackupSummary> ResolveAsync(CommandContext context, string reference, bool looksAtStore = true) => reference == Latest
        ? LatestBackup.FindAsync(context, looksAtStore)
        : context.Repository.GetAsync(reference, context.Interrupt);

    /// <summary>
    /// Does something with the backups that references mean. What latest meant may be gone by then, since a newer backup came and a cleanup took
    /// the older one: then it is done once more, with what latest means now.
    /// </summary>
    /// <param name="references">Ids, or latest.</param>
    /// <param name="use">Resolves them, and does it.</param>
    public static async Task<T> UseAsync<T>(IReadOnlyCollection<string> references, Func<Task<T>> use)
    {
        const int Most = 10;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await use();
            }
            catch (BackupNotFoundException gone) when (attempt < Most && references.Contains(Latest) && !references.Contains(gone.Id))
            {
            }
        }
    }

    /// <summary>The id that is meant. An id as it stands is not looked up: what takes it may know backups whose manifests cannot be read.</summary>
    /// <exception cref="CommandException">latest was asked for, and there is none.</exception>
    public static async Task<string> ResolveIdAsync(CommandContext context, string reference) =>
        reference == Latest ? (await ResolveAsync(context, reference)).Id.Value : reference;
}
