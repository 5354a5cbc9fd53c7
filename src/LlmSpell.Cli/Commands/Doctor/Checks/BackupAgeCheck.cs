using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether what is in the state now is in a backup, or was not long ago.</summary>
internal sealed class BackupAgeCheck : IDoctorCheck
{
    private const string Cure = "`llmspell backup create` makes one; docs/operations.md shows how to have it done every night.";

    /// <summary>A state that changed and has had no backup for this long is one that nobody backs up.</summary>
    public static readonly TimeSpan LongTime = TimeSpan.FromDays(8);

    public string Name => "backup-age";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.KeepsBackups || subject.State.Status is not { Entries: > 0 } status || (await subject.Repository).Failure is not null)
        {
            findings.Skip("no state to back up, or no backups to read");
            return;
        }

        if (await subject.OwnBackupsAsync() is not [.., var newest])
        {
            findings.Summary = "no backup yet";
            findings.Warning($"the state has {Quantities.Count(status.Entries, "entry", "entries")} and no backup", Cure);
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
