using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class AmountsTests
{
    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("30", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("250ms", 250)]
    [InlineData("2m", 120_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("0", 0)]
    public void Times_are_read_as_people_write_them(string text, double milliseconds)
    {
        Assert.True(Amounts.TryTime(text, out TimeSpan time));
        Assert.Equal(milliseconds, time.TotalMilliseconds);
    }

    [Theory]
    [InlineData("65536", 65_536)]
    [InlineData("64K", 65_536)]
    [InlineData("64M", 67_108_864)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("64mb", 67_108_864)]
    [InlineData("1.5G", 1_610_612_736)]
    [InlineData("0", 0)]
    public void Sizes_are_read_as_people_write_them(string text, long expected)
    {
        Assert.True(Amounts.TrySize(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("3 s")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("1d")]
    [InlineData("99999999999h")]
    [InlineData("0.00001ms")]
    public void What_is_no_time_is_refused(string text) => Assert.False(Amounts.TryTime(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("64 M")]
    [InlineData("64T")]
    [InlineData("0.1")]
    [InlineData("99999999999G")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Amounts.TrySize(text, out _));
}
