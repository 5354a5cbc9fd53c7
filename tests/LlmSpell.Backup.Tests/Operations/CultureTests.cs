using System.Globalization;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Programs that use the libraries may run where a comma stands in numbers; what is said is English all the same.</summary>
public sealed class CultureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CultureTests()
    {
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
    }

    [Fact]
    public async Task A_lock_that_others_hold_is_told_with_a_point()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        using IDisposable? held = await fixture.Storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Cancel);
        BackupService service = new(() => fixture.Store, fixture.Storage, new BackupOptions { BusyTimeout = TimeSpan.FromMilliseconds(1) });

        StateBusyException busy = await Assert.ThrowsAsync<StateBusyException>(() => service.CreateAsync(new CreateRequest(), Cancel));

        Assert.Contains(" for over 0.001 seconds", busy.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gap_between_backups_is_told_with_a_point(bool between)
    {
        using BackupFixture fixture = new(StoreKind.Memory, options => options with { MaxBackupAge = TimeSpan.FromDays(1) });
        await fixture.CreateAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(2.5));
        if (between)
        {
            await fixture.CreateAsync();
        }

        CleanupReport report = await fixture.Service.CleanupAsync(new CleanupRequest { DryRun = true }, Cancel);

        Assert.Contains(report.Notices, static notice => notice.Contains("2.5 days lie between", StringComparison.Ordinal));
    }
}
