using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>The argument that names a backup: an id, or <c>latest</c>.</summary>
internal static class BackupReference
{
    public const string Latest = "latest";

    // As in 20261126-124608-j4rdwd3c.
    private const int MomentLength = 15;

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
    public static async Task<BackupSummary> ResolveAsync(CommandContext context, string reference, bool looksAtStore = true)
    {
        BackupService backups = context.Backups;
        if (reference != Latest)
        {
            return await backups.GetAsync(reference, context.Interrupt);
        }

        BackupListing listing = await backups.ListAsync(context.Interrupt);
        BackupSummary[] candidates = [.. listing.Backups.Where(backup => !backup.Manifest.IsSafety)];
        if (looksAtStore && context.Workspace.ExistingStore?.ReadStatus().Store is { } store && candidates.Any(backup => backup.Manifest.Store == store))
        {
            candidates = [.. candidates.Where(backup => backup.Manifest.Store == store)];
        }

        BackupSummary[] newest = [.. candidates.GroupBy(backup => backup.Manifest.Store).Select(of => of.Last())];
        if (newest.Length > 1)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"latest is ambiguous: {backups.Location} holds backups of several states, and "
                + (looksAtStore ? "none of them is the present one" : "a state that is damaged cannot say which are its own"),
                $"Name an id: the newest of each state are {string.Join(", ", newest.Select(Describe))}.");
        }

        if (newest is not [BackupSummary latest])
        {
            throw NoBackup(backups.Location, listing.Damaged);
        }

        return listing.Damaged.LastOrDefault(unreadable => MayBeNewer(unreadable, latest)) is not { } unknown ? latest : throw new CommandException(
            Failure.From(unknown.Problem).Code,
            $"which backup is the latest is not certain, since one that may be newer than {latest.Id} cannot be read: {unknown.Problem.Message}",
            $"Name an id instead: {Describe(latest)} is the newest that can be read. `llmspell repository check` says what is damaged.");
    }

    private static string Describe(BackupSummary backup) => $"{backup.Id} ({Quantities.Count(backup.Manifest.Entries, "entry", "entries")})";

    // By the moments in their names, for want of anything better; a name that has none may be of any.
    private static bool MayBeNewer(DamagedManifest unreadable, BackupSummary latest)
    {
        string name = Path.GetFileNameWithoutExtension(unreadable.Path);
        return name.Length < MomentLength || !char.IsAsciiDigit(name[0])
            || string.CompareOrdinal(name, 0, latest.Id.Value, 0, MomentLength) >= 0;
    }

    private static CommandException NoBackup(string location, IReadOnlyList<DamagedManifest> unreadable) => unreadable switch
    {
        [{ Problem: var problem }, ..] => new CommandException(
            problem is BackupDamagedException ? ExitCodes.BackupDamaged : ExitCodes.Storage,
            $"no backup in {location} can be read: {problem.Message}", problem.Hint ?? "`llmspell backup list` names each."),
        _ => new CommandException(ExitCodes.NotFound, $"no backup in {location} yet", "`llmspell backup create` makes one."),
    };

    /// <summary>The id that is meant. An id as it stands is not looked up: what takes it may know backups whose manifests cannot be read.</summary>
    /// <exception cref="CommandException">latest was asked for, and there is none.</exception>
    public static async Task<string> ResolveIdAsync(CommandContext context, string reference) =>
        reference == Latest ? (await ResolveAsync(context, reference)).Id.Value : reference;
}
