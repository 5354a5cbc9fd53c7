using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Tests.Output;

public sealed class OutputTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1024 * 1024 - 1, "1.0 MiB")]
    [InlineData(55_574_528, "53.0 MiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Sizes_are_in_binary_units(long bytes, string text) => Assert.Equal(text, Quantities.Size(bytes));

    [Fact]
    public void Times_are_UTC_whatever_the_offset()
    {
        var moment = new DateTimeOffset(2026, 3, 1, 13, 0, 0, 123, 456, TimeSpan.FromHours(1));

        Assert.Equal("2026-03-01 12:00:00Z", Quantities.Time(moment));
        Assert.Equal("2026-03-01T12:00:00.123456Z", Quantities.ExactTime(moment));
    }

    [Theory]
    [InlineData(12, "12 ms")]
    [InlineData(3400, "3.4 s")]
    [InlineData(312_000, "5 min 12 s")]
    [InlineData(11_100_000, "3 h 5 min")]
    [InlineData(251_606_556_600_000, "2,912,112 days")]
    public void Durations_are_short(long milliseconds, string text) =>
        Assert.Equal(text, Quantities.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(-5, "just now")]
    [InlineData(9, "just now")]
    [InlineData(59, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(3 * 3600 + 59, "3 h ago")]
    [InlineData(86_400, "1 day ago")]
    [InlineData(59 * 86_400, "59 days ago")]
    [InlineData(60 * 86_400, "2025-12-31 12:00:00Z")]
    [InlineData(-61, "2026-03-01 12:01:01Z")]
    public void How_long_ago_is_said_while_that_means_something(int seconds, string text)
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal(text, Quantities.Ago(now.AddSeconds(-seconds), now));
    }

    [Theory]
    [InlineData("before the upgrade", 18, "before the upgrade")]
    [InlineData("before the upgrade", 12, "before the…")]
    [InlineData("日本語です", 6, "日本…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    public void Text_that_is_too_long_ends_in_an_ellipsis(string text, int width, string shortened)
    {
        Assert.Equal(shortened, SafeText.Shorten(text, width));
        Assert.InRange(SafeText.Width(shortened), 0, width);
    }

    [Fact]
    public void Only_free_text_gives_room_on_a_narrow_terminal()
    {
        var table = new TextTable("ID", "~FIRST", "~SECOND");
        table.Add("0123456789", new string('a', 40), new string('b', 20));
        using var output = new StringWriter { NewLine = "\n" };
        table.WriteTo(new TextOutput(output, TextWriter.Null, isErrorTerminal: true, isOutputStyled: false, isErrorStyled: false) { Width = 50 });

        Assert.EndsWith($"\n0123456789  {new string('a', 15)}…  {new string('b', 20)}\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_line_up_also_with_wide_characters_and_marks()
    {
        var table = new TextTable("NAME", ">SIZE", "NOTE");
        table.Add("日本", "1", "a");
        table.Add("e\u0301te", "1234", "b\tc");
        using var output = new StringWriter { NewLine = "\n" };
        table.WriteTo(new TextOutput(output, TextWriter.Null, isErrorTerminal: true, isOutputStyled: false, isErrorStyled: false));

        Assert.Equal("NAME  SIZE  NOTE\n日本     1  a\ne\u0301te   1234  b\\u{9}c\n", output.ToString());
    }

    [Fact]
    public void Colours_appear_only_where_asked_for()
    {
        using var plain = new StringWriter { NewLine = "\n" };
        new TextOutput(plain, plain, isErrorTerminal: true, isOutputStyled: false, isErrorStyled: false).Error("x");
        Assert.Equal("llmspell: x\n", plain.ToString());

        using var styled = new StringWriter { NewLine = "\n" };
        new TextOutput(styled, styled, isErrorTerminal: true, isOutputStyled: true, isErrorStyled: true).Error("x");
        Assert.Equal("\e[31mllmspell:\e[0m x\n", styled.ToString());
    }
}
