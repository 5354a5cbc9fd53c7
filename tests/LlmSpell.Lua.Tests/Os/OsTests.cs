using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Os;

public sealed class OsTests
{
    [Fact]
    public void Files_and_empty_folders_are_removed_and_renamed()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("f", "x");
        string empty = folder["empty"];
        Directory.CreateDirectory(empty);
        Assert.Equal(
            $"true\ntrue\nnil\t{file}: No such file or directory\t2\nnil\tNo such file or directory\t2\nnil\t{folder.Path}: Directory not empty\t39\ntrue\n",
            ScriptRun.OutputOf($$"""
            print(os.rename('{{file}}', '{{file}}2'))
            print(os.remove('{{empty}}'))
            print(os.remove('{{file}}'))
            print(os.rename('{{file}}', '{{file}}3'))
            print(os.remove('{{folder.Path}}'))
            print(os.remove('{{file}}2'))
            """));
    }

    [Fact]
    public void A_temporary_name_is_that_of_a_new_empty_file()
    {
        Assert.Equal("true\t\ttrue\ttrue\n", ScriptRun.OutputOf("""
            local a, b = os.tmpname(), os.tmpname()
            print(a ~= b, io.open(a):read('a'), os.remove(a), os.remove(b))
            """));
    }

    [Theory]
    [InlineData("%c", "Thu Jan  1 00:00:00 1970")]
    [InlineData("%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:00")]
    [InlineData("%A %a %B %b %h", "Thursday Thu January Jan Jan")]
    [InlineData("%D %F %T %R %r", "01/01/70 1970-01-01 00:00:00 00:00 12:00:00 AM")]
    [InlineData("%C %d %e %g %G %I %j %M %p %u %U %V %w %W %x %X %y %z %Z %%", "19 01  1 70 1970 12 001 00 AM 4 00 01 4 00 01/01/70 00:00:00 70 +0000 GMT %")]
    [InlineData("%n|%t|", "\n|\t|")]
    [InlineData("%Ec %EC %Ex %EX %Ey %EY", "Thu Jan  1 00:00:00 1970 19 01/01/70 00:00:00 70 1970")]
    [InlineData("%Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy", "01  1 00 12 01 00 00 4 00 01 4 00 70")]
    [InlineData("no conversion", "no conversion")]
    public void Dates_have_all_conversions_of_C99(string format, string expected)
    {
        Assert.Equal(expected + "\n", ScriptRun.OutputOf($"print(os.date('!{format}', 0))"));
    }

    [Theory]
    [InlineData("%E", "%E")]
    [InlineData("x %Ez y", "%Ez y")]
    [InlineData("%", "%")]
    [InlineData("%9", "%9")]
    [InlineData("%O", "%O")]
    public void Conversions_that_C99_does_not_have_are_errors(string format, string named)
    {
        Assert.Equal(
            $"test:2: bad argument #1 to 'date' (invalid conversion specifier '{named}')",
            ScriptRun.FailureOf($"\nos.date('{format}')").Message);
    }

    [Fact]
    public void Dates_come_as_tables_and_go_back_to_times()
    {
        Assert.Equal("1970\t1\t2\t0\t0\t1\t2\t6\tfalse\ntrue\n", ScriptRun.OutputOf("""
            local d = os.date('!*t', 86401)
            print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.yday, d.wday, d.isdst)
            print(os.time(os.date('*t', 1700000000)) == 1700000000)
            """));
        Assert.Equal("2024\t3\t1\n", ScriptRun.OutputOf(
            "local t = { year = 2024, month = 2, day = 30, hour = 12 } os.time(t) print(t.year, t.month, t.day)"));
        Assert.Equal("test:1: date result cannot be represented in this installation", ScriptRun.FailureOf("os.date('*t', 1 << 60)").Message);
    }

    [Fact]
    public void The_locale_stays_that_of_C()
    {
        Assert.Equal("C\tC\tC\tnil\tC\n", ScriptRun.OutputOf(
            "print(os.setlocale(), os.setlocale(''), os.setlocale('C', 'numeric'), os.setlocale('de_DE'), os.setlocale(nil, 'time'))"));
        Assert.Equal("test:1: bad argument #2 to 'setlocale' (invalid option 'x')", ScriptRun.FailureOf("os.setlocale('C', 'x')").Message);
    }
}
