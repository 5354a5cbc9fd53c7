using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether what is in the state now is in a backup, or was not long ago.</summary>
internal sealed class BackupAgeCheck : IDoctorCheck
{
    private const string Cure = "`llmspell backup create` makes one; docs/operations.md shows how to have it done every night.";

    private const string NothingToDo = "no state to back up, or no backups to read";

    /// <summary>A state that changed and has had no backup for this long is one that nobody backs up.</summary>
    public static readonly TimeSpan LongTime = TimeSpan.FromDays(8);

    public string Name => "backup-age";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.KeepsBackups || subject.State.Status is not { } status || await subject.Repository is not { Failure: null } repository)
        {
            findings.Skip(NothingToDo);
            return;
        }

        int strangers = repository.Backups.Count(backup => backup.Manifest.Store != status.Store);
        if (strangers > 0 && strangers == repository.Backups.Count())
        {
            findings.Summary = "no backup of this state";
            findings.Warning(
                $"the state has {Quantities.Count(status.Entries, "entry", "entries")} and no backup: " +
                $"{(strangers == 1 ? "the one" : $"the {Quantities.Count(strangers)}")} in {repository.Storage.Location} {(strangers == 1 ? "is" : "are")} of another state",
                "If the other state belongs here, `llmspell backup restore ID` brings it back, with an ID from `llmspell backup list`. " +
                "If this one is right, `llmspell backup create` makes its first.");
            return;
        }

        if (status.Entries == 0)
        {
            findings.Skip(NothingToDo);
            return;
        }

        if (await subject.OwnBackupsAsync() is not [.., var newest])
        {
            bool hasUnreadable = repository.Entries.Any(static entry => entry.Problem is not null);
            findings.Summary = hasUnreadable ? "no backup that can be read" : "no backup yet";
            findings.Warning(
                $"the state has {Quantities.Count(status.Entries, "entry", "entries")} and no backup{(hasUnreadable ? " that can be read" : "")}", Cure);
            return;
        }

        TimeSpan age = subject.Clock.GetUtcNow() - newest.CreatedAt;
        bool isSame = newest.Manifest.Fingerprint == status.Fingerprint;
        findings.Summary = $"newest {newest.Id}, {Age(age)} old; the state {(isSame ? "is the same" : "has changed")} since";
        TimeSpan? most = subject.Configuration!.Backup.MaxBackupAge;
        if (age > most)
        {
            findings.Warning($"the newest backup {newest.Id} is {Age(age)} old, more than max_backup_age", Cure);
        }
        else if (age > LongTime && !isSame)
        {
            findings.Warning($"the state has changed, and the newest backup {newest.Id} is {Age(age)} old", Cure);
        }
    }

    private static string Age(TimeSpan age) => age < TimeSpan.Zero ? "0 minutes"
        : age.TotalHours < 1 ? Quantities.Count((long)age.TotalMinutes, "minute", "minutes")
        : age.TotalDays < 2 ? Quantities.Count((long)age.TotalHours, "hour", "hours")
        : Quantities.Count((long)age.TotalDays, "day", "days");
}
