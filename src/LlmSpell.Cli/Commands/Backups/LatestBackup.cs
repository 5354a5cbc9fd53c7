using LlmSpell.Backup;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>Finds the backup that <c>latest</c> means: it is never another one in silence.</summary>
internal static class LatestBackup
{
    // As in 20261126-124608-j4rdwd3c.
    private const int MomentLength = 15;

    /// <param name="context">The command.</param>
    /// <param name="looksAtStore">Whether the state is asked which backups are its own; false where it may be damaged.</param>
    /// <exception cref="CommandException">There is none, or several may be meant, or one that may be newer cannot be read.</exception>
    public static async Task<BackupSummary> FindAsync(CommandContext context, bool looksAtStore)
    {
        string location = context.Repository.Location;
        BackupListing listing = await context.Repository.ListAsync(context.Interrupt);
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
                $"latest is ambiguous: {location} holds backups of several states, and "
                + (looksAtStore ? "none of them is the present one" : "a state that is damaged cannot say which are its own"),
                $"Name an id: the newest of each state are {string.Join(", ", newest.Select(Describe))}.");
        }

        if (newest is not [BackupSummary latest])
        {
            throw NoBackup(context, location, listing.Damaged);
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

    private static CommandException NoBackup(CommandContext context, string location, IReadOnlyList<DamagedManifest> unreadable) => unreadable switch
    {
        [{ Problem: var problem }, ..] => new CommandException(
            problem is BackupDamagedException ? ExitCodes.BackupDamaged : ExitCodes.Storage,
            $"no backup in {location} can be read: {problem.Message}", problem.Hint ?? "`llmspell backup list` names each."),
        _ => new CommandException(
            ExitCodes.NotFound, $"no backup in {location} yet",
            BackendFactory.KeepsState(context.Workspace.Configuration.State) ? "`llmspell backup create` makes one." : "Only scripts make some: `State.create_backup()`."),
    };
}
