using System.Text;
using System.Text.RegularExpressions;
using LlmSpell.Backup;
using LlmSpell.Cli.Output.Progress;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Cli.Tests.Output;

public sealed class ProgressTests : IDisposable
{
    private const string Erase = "\r\e[K";

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryStream _error = new();

    public void Dispose() => _error.Dispose();

    private string Written
    {
        get
        {
            string text = Encoding.UTF8.GetString(_error.ToArray());
            _error.SetLength(0);
            return text;
        }
    }

    [Fact]
    public void What_ends_soon_shows_nothing()
    {
        using (ProgressBar bar = Start(ProgressUnit.Entries, 100))
        {
            bar.Report(100);
            _clock.Advance(TimeSpan.FromMilliseconds(499));
        }

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("", Written);
    }

    [Fact]
    public void A_bar_shows_how_far_it_is_and_goes_away_at_the_end()
    {
        using (ProgressBar bar = Start(ProgressUnit.Entries, 3000))
        {
            bar.Report(1000);
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            Assert.Equal($"{Erase}exporting  [######............]  33%  1,000 of 3,000 entries  1 s left  2,000/s", Written);
        }

        Assert.Equal(Erase, Written);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("", Written);
    }

    [Fact]
    public void Each_stage_of_a_backup_is_shown_as_a_run_of_its_own()
    {
        using ProgressBar bar = Start(ProgressUnit.Bytes, null);
        var backup = new BackupProgressBar(bar);
        _clock.Advance(TimeSpan.FromSeconds(20));
        _ = Written;

        backup.Report(new BackupProgress(BackupStage.Hashing, 0, null, 0, 4 << 20, TimeSpan.Zero));
        _clock.Advance(TimeSpan.FromSeconds(1));
        backup.Report(new BackupProgress(BackupStage.Hashing, 0, null, 1 << 20, 4 << 20, TimeSpan.FromSeconds(1)));
        Assert.Equal(new ProgressState("checking the backup", ProgressUnit.Bytes, 1 << 20, 4 << 20, TimeSpan.FromSeconds(1)), bar.State);

        backup.Report(new BackupProgress(BackupStage.Writing, 5, 10, 500, null, TimeSpan.Zero));
        Assert.Equal(new ProgressState("making the backup", ProgressUnit.Entries, 5, 10, TimeSpan.Zero), bar.State);
    }

    [Fact]
    public void However_often_the_numbers_change_it_is_drawn_ten_times_a_second()
    {
        using ProgressBar bar = Start(ProgressUnit.Entries, null);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        _ = Written;
        for (int step = 0; step < 1000; step++)
        {
            bar.Advance();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(10, Written.Split(Erase).Length - 1);
    }

    [Fact]
    public void Other_lines_take_its_place_and_it_comes_back_below()
    {
        ProgressTerminal terminal = Terminal();
        using var bar = new ProgressBar("importing", ProgressUnit.None, null, terminal, _clock);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        terminal.WriteInPlace(() => _error.Write("a warning\n"u8));
        terminal.WriteInPlace(() => _error.Write("another\n"u8));
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.StartsWith($"{Erase}/ importing  0 s{Erase}a warning\nanother\n{Erase}", Written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_goes_away_meanwhile_makes_nothing_fail_that_is_done()
    {
        using GoneTerminal error = new();
        var terminal = new ProgressTerminal(error, new ProgressLine(hasColors: false, hasUnicode: false), () => 80);
        using (var bar = new ProgressBar("restoring", ProgressUnit.None, null, terminal, _clock))
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(error.Length > 0);
            error.IsGone = true;
            _clock.Advance(TimeSpan.FromSeconds(1));
            terminal.WriteInPlace(static () => { });
            error.IsGone = false;
            _clock.Advance(TimeSpan.FromSeconds(1));
            error.IsGone = true;
        }
    }

    [Fact]
    public void Off_a_terminal_there_is_none()
    {
        using (var bar = new ProgressBar("exporting", ProgressUnit.Bytes, 10, null, _clock))
        {
            bar.Advance(5);
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(5, bar.State.Done);
        }

        Assert.Equal("", Written);
    }

    [Theory]
    [InlineData(100, "exporting  []  50%  1.0 MiB of 2.0 MiB  10 s left  102.4 KiB/s")]
    [InlineData(65, "exporting  []  50%  1.0 MiB of 2.0 MiB  10 s left")]
    [InlineData(50, "exporting  []  50%  1.0 MiB of 2.0 MiB")]
    [InlineData(30, "exporting  []  50%")]
    [InlineData(12, "exporting")]
    [InlineData(6, "expo…")]
    public void A_narrow_terminal_gets_less(int width, string line)
    {
        string drawn = new ProgressLine(hasColors: false, hasUnicode: false).Format(
            new ProgressState("exporting", ProgressUnit.Bytes, 1 << 20, 2 << 20, TimeSpan.FromSeconds(10)), width);

        Assert.Equal(line, Regex.Replace(drawn, "[#.]{2,}", ""));
        Assert.InRange(drawn.Count(c => c == '#') - Regex.Match(drawn, @"\.{2,}").Length, -1, 1);
        Assert.InRange(drawn.Length, 0, width - 1);
    }

    [Fact]
    public void Where_there_is_unicode_and_colour_the_bar_has_both()
    {
        var state = new ProgressState("importing", ProgressUnit.Entries, 12_345, null, TimeSpan.FromSeconds(72.3));
        Assert.Equal("\e[36m⠸\e[0m importing  12,345 entries  1 min 12 s  170/s", new ProgressLine(true, true).Format(state, 80));

        Assert.Contains("\e[36m━━━━━━━━━━━━━━━\e[0m───────────────  50%", new ProgressLine(true, true).Format(state with { Total = 24_690 }, 200), StringComparison.Ordinal);
    }

    private ProgressTerminal Terminal() => new(_error, new ProgressLine(hasColors: false, hasUnicode: false), () => 80);

    private ProgressBar Start(ProgressUnit unit, long? total) => new("exporting", unit, total, Terminal(), _clock);

    private sealed class GoneTerminal : MemoryStream
    {
        internal bool IsGone { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (IsGone)
            {
                throw new IOException("Input/output error");
            }

            base.Write(buffer, offset, count);
        }
    }
}
