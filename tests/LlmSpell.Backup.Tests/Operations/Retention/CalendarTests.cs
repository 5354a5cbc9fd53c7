namespace LlmSpell.Backup.Tests.Operations.Retention;

public sealed class CalendarTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_new_backups_only_age_changes_what_stays_and_a_long_silence_suspends_it()
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with { MaxBackupAge = TimeSpan.FromDays(9.5) });
        for (int i = 0; i < 6; i++)
        {
            fixture.Clock.Advance(TimeSpan.FromDays(1));
            fixture.Store.Save(("global", "a"), i);
            await fixture.CreateAsync();
        }

        RetentionCalendar calendar = await fixture.Service.CalendarAsync(new CalendarRequest(), Cancel);

        Assert.Equal([CalendarHorizon.Now, CalendarHorizon.Week, CalendarHorizon.Month, CalendarHorizon.Year], calendar.Moments.Select(moment => moment.Horizon));
        Assert.Equal([6, 3, 6, 6], calendar.Moments.Select(Kept));
        Assert.Contains("longer than max_backup_age", Assert.Single(calendar.Moments[2].Notices), StringComparison.Ordinal);
        RetentionCalendar trusted = await fixture.Service.CalendarAsync(new CalendarRequest { TrustClock = true }, Cancel);
        Assert.Equal([6, 3, 1, 1], trusted.Moments.Select(Kept));
        Assert.Equal(6, (await fixture.Service.ListAsync(Cancel)).Backups.Count);
    }

    [Fact]
    public async Task With_a_backup_a_day_it_says_what_the_cleanups_will_really_leave()
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with { KeepDaily = 3, KeepWeekly = 2, KeepMonthly = 2, KeepYearly = 1 });
        for (int i = 0; i < 5; i++)
        {
            fixture.Store.Save(("global", "a"), i);
            await fixture.CreateAsync();
            fixture.Clock.Advance(TimeSpan.FromDays(1));
        }

        HashSet<BackupId> present = [.. (await fixture.Service.ListAsync(Cancel)).Backups.Select(backup => backup.Id)];
        RetentionCalendar calendar = await fixture.Service.CalendarAsync(new CalendarRequest { Every = TimeSpan.FromDays(1) }, Cancel);

        int day = 0;
        foreach (CalendarMoment moment in calendar.Moments.Take(3))
        {
            while (fixture.Clock.GetUtcNow().AddMinutes(10) < moment.At)
            {
                fixture.Clock.Advance(TimeSpan.FromDays(1));
                fixture.Store.Save(("global", "a"), 100 + day++);
                await fixture.CreateAsync();
            }

            HashSet<BackupId> left = [.. (await fixture.Service.ListAsync(Cancel)).Backups.Select(backup => backup.Id)];
            Assert.Equal(
                present.Where(left.Contains).Select(id => id.Value).Order(),
                moment.Decisions.Where(decision => decision.Keep).Select(decision => decision.Backup.Id.Value).Order());
            Assert.Equal(left.Except(present).Count(), moment.NewBackups);
        }

        Assert.Equal(present.Count, calendar.Moments[3].Decisions.Count);
        Assert.InRange(calendar.Moments[3].NewBackups, 4, 7);
    }

    [Fact]
    public async Task An_empty_repository_has_an_empty_calendar()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        RetentionCalendar calendar = await fixture.Service.CalendarAsync(new CalendarRequest { Every = TimeSpan.FromHours(1) }, Cancel);
        Assert.All(calendar.Moments, moment => Assert.Equal((0, 0, 0L), (moment.Decisions.Count, moment.NewBackups, moment.TotalSize)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CalendarRequest { Every = TimeSpan.FromMinutes(59) });
    }

    private static int Kept(CalendarMoment moment) => moment.Decisions.Count(decision => decision.Keep);
}
