using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether the clock agrees with the times that were written down before. Nothing is ordered by clocks; but rules about age need one that is right.</summary>
internal sealed class ClockCheck : IDoctorCheck
{
    private const string Cure = "Set the clock (`timedatectl` shows it); backups stay in their order whatever it says.";

    /// <summary>Clocks of machines that share a repository may differ by this much without a warning.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    public string Name => "clock";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        DateTimeOffset now = subject.Clock.GetUtcNow();
        findings.Summary = Quantities.Time(now);
        if (subject.KeepsBackups)
        {
            await ExamineBackupsAsync(subject, now, findings);
        }

        if (subject.KeepsState)
        {
            ExamineEntries(subject, now, findings);
        }
    }

    private static async Task ExamineBackupsAsync(DoctorSubject subject, DateTimeOffset now, Findings findings)
    {
        RepositoryLook repository = await subject.Repository;
        if (repository.Backups.Where(backup => backup.CreatedAt > now + Tolerance).MaxBy(static backup => backup.CreatedAt) is { } future)
        {
            findings.Warning(
                $"the backup {future.Id} was taken at {Quantities.Time(future.CreatedAt)}, which is {Quantities.Duration(future.CreatedAt - now)} from now: the clock was ahead then, or is behind now",
                Cure);
        }
        else if (subject.Configuration!.Backup is { } rules && (rules.MaxBackupAge is not null || rules.Keep.HasPeriods) && subject.State.Status is { } status &&
            ClockDoubt.Find([.. repository.Backups.Where(backup => backup.Manifest.Store == status.Store)], now, rules.MaxBackupAge) is { } doubt)
        {
            findings.Warning(
                $"{doubt}; cleanups remove nothing by age or period while that is in doubt",
                "If the clock is right, `llmspell backup cleanup --trust-clock` says so.");
        }
    }

    private static void ExamineEntries(DoctorSubject subject, DateTimeOffset now, Findings findings)
    {
        if (subject.State.Inspection is not { } inspection)
        {
            return;
        }

        if (inspection.Damage is null)
        {
            findings.NotChecked($"the times of the entries: the state has more than {Quantities.Size(StoreLook.MaxBytes)}");
        }
        else if (inspection.NewestEntry is { } newest && newest > now + Tolerance)
        {
            findings.Warning(
                $"the state has an entry of {Quantities.Time(newest)}, which is {Quantities.Duration(newest - now)} from now: the clock was ahead then, or is behind now",
                Cure);
        }
    }
}
