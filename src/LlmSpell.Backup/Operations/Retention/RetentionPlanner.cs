namespace LlmSpell.Backup;

/// <summary>
/// Decides which backups of one store stay, each with its reason. The ordinal is the only order between backups; the clock is
/// used for ages alone, and not even for those when it looks wrong. Decides only; reads nothing but what it is given.
/// </summary>
internal static class RetentionPlanner
{
    /// <summary>How many of the newest safety backups stay.</summary>
    internal const int SafetyBackupsKept = 3;

    /// <param name="own">The store's readable backups, oldest first.</param>
    /// <param name="newestGood">The newest good one among them, which stays; null if there is none.</param>
    /// <param name="pinned">The backups that stay whatever the rules say.</param>
    /// <param name="options">The rules, and the clock.</param>
    /// <param name="trustClock">Whether the rules that use time apply although the clock looks wrong.</param>
    internal static RetentionPlan Plan(
        IReadOnlyList<BackupSummary> own, BackupId? newestGood, IReadOnlySet<BackupId> pinned, BackupOptions options, bool trustClock)
    {
        DateTimeOffset now = options.TimeProvider.GetUtcNow();
        string? doubt = options.MaxBackupAge is null ? null : ClockDoubt.Find(own, now, options.MaxBackupAge.Value);
        TimeSpan? maxAge = doubt is null || trustClock ? options.MaxBackupAge : null;

        List<RetentionDecision> decisions = [];
        int kept = 0;
        int safetyKept = 0;
        foreach (BackupSummary backup in own.Reverse())
        {
            RetentionDecision decision = pinned.Contains(backup.Id)
                ? new RetentionDecision(backup, Keep: true, "it is pinned")
                : backup.Manifest.IsSafety
                ? DecideSafety(backup, safetyKept)
                : Decide(backup, kept, backup.Id == newestGood, options.MaxBackups, now - backup.CreatedAt, maxAge);
            decisions.Add(decision);
            if (decision.Keep)
            {
                (backup.Manifest.IsSafety ? ref safetyKept : ref kept)++;
            }
        }

        string[] notices = doubt is null || trustClock
            ? []
            : [$"max_backup_age was not applied: {doubt}. Check the clock, then run `llmspell backup cleanup --trust-clock`."];
        return new RetentionPlan(decisions, notices);
    }

    private static RetentionDecision Decide(
        BackupSummary backup, int kept, bool newestGood, int? maxBackups, TimeSpan age, TimeSpan? maxAge)
    {
        if (newestGood)
        {
            return new RetentionDecision(backup, Keep: true, "the newest good backup always stays");
        }

        if (maxBackups is { } most && kept >= most)
        {
            return new RetentionDecision(backup, Keep: false, $"{kept} newer ones are kept, which is max_backups");
        }

        return maxAge is { } oldest && age > oldest
            ? new RetentionDecision(backup, Keep: false, $"it is older than max_backup_age ({oldest.TotalSeconds:0} seconds)")
            : new RetentionDecision(backup, Keep: true, "no rule removes it");
    }

    private static RetentionDecision DecideSafety(BackupSummary backup, int kept) => kept < SafetyBackupsKept
        ? new RetentionDecision(backup, Keep: true, $"one of the newest {SafetyBackupsKept} safety backups")
        : new RetentionDecision(backup, Keep: false, $"{SafetyBackupsKept} newer safety backups are kept");
}
