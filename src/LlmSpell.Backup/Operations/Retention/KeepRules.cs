using System.Globalization;

namespace LlmSpell.Backup;

/// <summary>
/// The keep rules, as users of restic, borg and Proxmox know them: the newest backup of each of the last N periods that have one. Which of a period is the newest, the
/// ordinal says; which period a backup lies in, its time of UTC.
/// </summary>
internal static class KeepRules
{
    private static readonly Period[] Periods =
    [
        new(RetentionRule.KeepHourly, static options => options.KeepHourly,
            static time => time.Ticks / TimeSpan.TicksPerHour, static time => time.ToString("yyyy-MM-dd HH':00'", CultureInfo.InvariantCulture)),
        new(RetentionRule.KeepDaily, static options => options.KeepDaily, Day, static time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        // 0001-01-01, from which days are counted, was a Monday.
        new(RetentionRule.KeepWeekly, static options => options.KeepWeekly,
            static time => Day(time) / 7, static time => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(time)}-W{ISOWeek.GetWeekOfYear(time):00}")),
        new(RetentionRule.KeepMonthly, static options => options.KeepMonthly,
            static time => (time.Year * 12) + time.Month, static time => time.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
        new(RetentionRule.KeepYearly, static options => options.KeepYearly,
            static time => time.Year, static time => time.ToString("yyyy", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The names of the rules that are in force and need a clock.</summary>
    internal static IEnumerable<string> NeedingClock(BackupOptions options) =>
        Periods.Where(period => period.Count(options) > 0).Select(static period => period.Rule.Code());

    /// <summary>What keeps each of the backups that a rule keeps.</summary>
    /// <param name="backups">Those that count, oldest first.</param>
    /// <param name="options">The rules.</param>
    /// <param name="now">The present moment, by the clock.</param>
    internal static Dictionary<BackupId, List<RetentionGround>> Apply(IReadOnlyList<BackupSummary> backups, BackupOptions options, DateTimeOffset now)
    {
        Dictionary<BackupId, List<RetentionGround>> kept = [];
        if (options.KeepLast is > 0 and int last)
        {
            foreach (BackupSummary backup in backups.TakeLast(last))
            {
                Add(backup, RetentionRule.KeepLast, $"keep_last = {last}: one of the newest");
            }
        }

        foreach (Period period in Periods)
        {
            if (period.Count(options) is > 0 and int count)
            {
                foreach (BackupSummary newest in NewestOfEach(backups, period, now).Take(count))
                {
                    Add(newest, period.Rule, $"{period.Rule.Code()} = {count}: the newest of {period.Name(Time(newest, now))}");
                }
            }
        }

        return kept;

        void Add(BackupSummary backup, RetentionRule rule, string words)
        {
            if (!kept.TryGetValue(backup.Id, out List<RetentionGround>? grounds))
            {
                kept[backup.Id] = grounds = [];
            }

            grounds.Add(new RetentionGround(rule, words));
        }
    }

    private static IEnumerable<BackupSummary> NewestOfEach(IReadOnlyList<BackupSummary> backups, Period period, DateTimeOffset now)
    {
        SortedDictionary<long, BackupSummary> newest = [];
        foreach (BackupSummary backup in backups)
        {
            newest[period.Number(Time(backup, now))] = backup;
        }

        return newest.Values.Reverse();
    }

    // A backup from the future was taken by a wrong clock, at the latest now: it must not take the place of those of periods that really were.
    private static DateTime Time(BackupSummary backup, DateTimeOffset now) => (backup.CreatedAt < now ? backup.CreatedAt : now).UtcDateTime;

    private static long Day(DateTime time) => time.Ticks / TimeSpan.TicksPerDay;

    /// <param name="Rule">The rule.</param>
    /// <param name="Count">How many periods it keeps.</param>
    /// <param name="Number">A period's place among all.</param>
    /// <param name="Name">A period's name for people.</param>
    private sealed record Period(RetentionRule Rule, Func<BackupOptions, int?> Count, Func<DateTime, long> Number, Func<DateTime, string> Name);
}
