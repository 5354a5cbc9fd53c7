using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations.Retention;

/// <summary>Single rules by examples: what a random history reaches only by chance.</summary>
public sealed class RuleTests
{
    private static readonly BackupOptions NoLimits = new() { MaxBackups = null, MaxBackupAge = null };

    [Fact]
    public void Limits_that_nobody_set_apply_only_where_no_keep_rule_is_set()
    {
        Assert.Equal(10, new BackupOptions().MaxBackups);
        Assert.Equal(TimeSpan.FromDays(30), new BackupOptions().MaxBackupAge);
        BackupOptions daily = new() { KeepDaily = 7 };
        Assert.Null(daily.MaxBackups);
        Assert.Null(daily.MaxBackupAge);
        Assert.Equal(5, (daily with { MaxBackups = 5 }).MaxBackups);
        Assert.Null((daily with { MaxBackups = 5 }).MaxBackupAge);
    }

    [Fact]
    public void Rules_that_would_keep_nothing_are_refused_at_the_start()
    {
        foreach (BackupOptions none in (BackupOptions[])[new() { KeepLast = 0 }, new() { KeepLast = 0, KeepYearly = 0 }, NoLimits with { KeepDaily = 0 }])
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(() => Open(none));
            Assert.Contains("would remove every backup", refusal.Message, StringComparison.Ordinal);
        }

        Open(new BackupOptions { KeepLast = 0, KeepDaily = 1 });
        Open(new BackupOptions { KeepLast = 0, MaxBackups = 5 });
        Open(NoLimits);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { KeepLast = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { MaxTotalSize = 0 });
    }

    [Fact]
    public void Weeks_begin_on_Monday_also_across_the_year_and_all_periods_are_of_UTC()
    {
        // 2024-12-30 is the Monday of 2025-W01; midnight in UTC is another day elsewhere.
        RetentionPlan plan = Plan(
            NoLimits with { KeepWeekly = 2 },
            Backup(1, "2024-12-29T23:59:59Z"), Backup(2, "2024-12-30T00:00:00Z"), Backup(3, "2025-01-05T22:59:59Z"), Backup(4, "2025-01-06T01:00:00+02:00"), Backup(5, "2025-01-06T00:00:00Z"));

        Assert.Equal(["5 keep_weekly = 2: the newest of 2025-W02", "4 keep_weekly = 2: the newest of 2025-W01"], Kept(plan));
    }

    [Fact]
    public void Of_a_period_the_newest_by_ordinal_stays_and_it_says_for_which_rules()
    {
        RetentionPlan plan = Plan(
            NoLimits with { KeepLast = 1, KeepHourly = 1, KeepDaily = 2, KeepMonthly = 3, KeepYearly = 9 },
            Backup(1, "2025-05-01T10:00:00Z"), Backup(2, "2026-01-30T10:00:00Z"), Backup(3, "2026-02-01T09:00:00Z"), Backup(4, "2026-02-01T09:30:00Z"));

        Assert.Equal(
            [
                "4 keep_last = 1: one of the newest; keep_hourly = 1: the newest of 2026-02-01 09:00; keep_daily = 2: the newest of 2026-02-01; "
                    + "keep_monthly = 3: the newest of 2026-02; keep_yearly = 9: the newest of 2026",
                "2 keep_daily = 2: the newest of 2026-01-30; keep_monthly = 3: the newest of 2026-01",
                "1 keep_monthly = 3: the newest of 2025-05; keep_yearly = 9: the newest of 2025",
            ],
            Kept(plan));
        Assert.Equal(RetentionRule.NotKept, Assert.Single(Assert.Single(plan.Decisions, decision => !decision.Keep).Rules));
    }

    [Fact]
    public void A_keep_rule_wins_over_a_limit_and_what_the_limit_allows_stays_too()
    {
        BackupSummary[] hourly = [.. Enumerable.Range(1, 48).Select(i => Backup(i, $"2026-03-{1 + ((i - 1) / 24):00}T{(i - 1) % 24:00}:00:00Z"))];
        RetentionPlan plan = Plan(NoLimits with { MaxBackups = 3, KeepDaily = 2 }, hourly);

        Assert.Equal([48, 47, 46, 24], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Backup.Manifest.Ordinal));
    }

    [Fact]
    public void Backups_that_share_all_their_layers_do_not_go_for_a_limit_that_cannot_be_kept()
    {
        ManifestLayer large = TestManifests.Layer("large", 1, 0) with { DataBytes = 1_000_000 };
        ManifestLayer old = TestManifests.Layer("old", 1, 0) with { DataBytes = 5_000 };
        RetentionPlan plan = Plan(
            NoLimits with { MaxTotalSize = 1_000 },
            Backup(1, "2026-03-01T00:00:00Z", old), Backup(2, "2026-03-02T00:00:00Z", large), Backup(3, "2026-03-03T00:00:00Z", large), Backup(4, "2026-03-04T00:00:00Z", large));

        Assert.Equal([4, 3, 2], plan.Decisions.Where(decision => decision.Keep).Select(decision => decision.Backup.Manifest.Ordinal));
        Assert.Contains("max_total_size = 1000 bytes cannot be kept", Assert.Single(plan.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_ran_backwards_suspends_the_keep_rules_of_time_and_with_them_all_removal()
    {
        BackupSummary[] backups = [Backup(1, "2026-03-02T00:00:00Z"), Backup(2, "2026-03-02T01:00:00Z"), Backup(3, "2026-03-01T00:00:00Z"), Backup(4, "2026-03-03T00:00:00Z")];
        RetentionPlan doubtful = Plan(NoLimits with { KeepDaily = 1, MaxBackups = 2 }, backups);
        RetentionPlan timeless = Plan(NoLimits with { KeepLast = 2 }, backups);

        Assert.All(doubtful.Decisions, decision => Assert.True(decision.Keep));
        Assert.Contains("keep_daily was not applied", Assert.Single(doubtful.Notices), StringComparison.Ordinal);
        Assert.Equal(2, timeless.Removed.Count);
        Assert.Empty(timeless.Notices);
    }

    [Fact]
    public void Backups_of_a_clock_that_was_ahead_do_not_push_out_those_of_days_that_really_were()
    {
        BackupSummary[] backups =
        [
            Backup(1, "2026-03-01T00:00:00Z"), Backup(2, "2026-03-02T00:00:00Z"), Backup(3, "2031-01-01T00:00:00Z"), Backup(4, "2031-01-02T00:00:00Z"), Backup(5, "2026-03-03T00:00:00Z"),
        ];
        RetentionPlan doubtful = Plan(NoLimits with { KeepDaily = 2 }, backups);
        RetentionPlan trusted = Plan(NoLimits with { KeepDaily = 2 }, trustClock: true, backups);

        Assert.Empty(doubtful.Removed);
        Assert.Equal(["5 keep_daily = 2: the newest of 2026-03-03", "2 keep_daily = 2: the newest of 2026-03-02"], Kept(trusted));
    }

    [Fact]
    public void A_gap_of_a_year_is_no_doubt_where_nothing_goes_by_age()
    {
        RetentionPlan plan = Plan(NoLimits with { KeepDaily = 2 }, Backup(1, "2024-03-01T00:00:00Z"), Backup(2, "2025-03-01T00:00:00Z"), Backup(3, "2026-03-01T00:00:00Z"));

        Assert.Equal(1, Assert.Single(plan.Removed).Manifest.Ordinal);
        Assert.Empty(plan.Notices);
    }

    private static void Open(BackupOptions options) => _ = new BackupService(() => throw new NotSupportedException(), new FolderStorage("never-made"), options);

    private static RetentionPlan Plan(BackupOptions options, params BackupSummary[] backups) => Plan(options, trustClock: false, backups);

    private static RetentionPlan Plan(BackupOptions options, bool trustClock, params BackupSummary[] backups) => RetentionPlanner.Plan(
        new RetentionHistory(backups, backups[^1].Id, new Dictionary<BackupId, BackupPin>()), options, backups[^1].CreatedAt.AddMinutes(1), trustClock);

    private static string[] Kept(RetentionPlan plan) =>
        [.. plan.Decisions.Where(decision => decision.Keep).Select(decision => $"{decision.Backup.Manifest.Ordinal} {decision.Reason.Replace("the newest good backup always stays; ", "", StringComparison.Ordinal)}")];

    private static BackupSummary Backup(int ordinal, string time, params ManifestLayer[] layers) => new(
        TestManifests.Full with
        {
            Id = TestLayers.Id("backup-" + ordinal),
            Ordinal = ordinal,
            CreatedAt = UnixTime.Microseconds(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)),
            Duration = 0,
            Layers = layers,
        },
        100);
}
