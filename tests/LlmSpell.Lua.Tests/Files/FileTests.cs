using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Files;

public sealed class FileTests
{
    [Fact]
    public void Every_mode_opens_as_in_C()
    {
        using TemporaryFolder folder = new();
        string path = folder["f"];

        Assert.Equal(
            """
            nil	PATH: No such file or directory	2
            nil	PATH: No such file or directory	2
            true
            nil	Bad file descriptor	9
            three	nil
            nil	Bad file descriptor	9
            threefour
            XXreefourfive
            Y
            """.Replace("PATH", path, StringComparison.Ordinal),
            ScriptRun.OutputOf($$"""
            local path = '{{path}}'
            print(io.open(path)) print(io.open(path, 'r+b'))
            local f = io.open(path, 'w') print(f:write('three') == f) print(f:read()) f:close()
            f = io.open(path, 'rb') print(f:read('a', 'l')) print(f:write('x')) f:close()
            f = io.open(path, 'a') f:write('four') f:close()
            f = io.open(path) print(f:read('a')) f:close()
            f = io.open(path, 'a+') f:seek('set') f:read(1) f:write('five') f:close()
            f = io.open(path, 'r+') f:write('XX') f:seek('set', 0) print(f:read('a')) f:close()
            f = io.open(path, 'w+') f:write('Y') f:seek('set') print(f:read('a')) f:close()
            """).TrimEnd('\n'));
    }

    [Fact]
    public void A_file_opened_to_append_to_is_at_its_end()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("0\n5\n7\n0\n", ScriptRun.OutputOf($$"""
            local path = '{{folder["f"]}}'
            local f = io.open(path, 'a') print(f:seek()) f:write('first') f:close()
            f = io.open(path, 'a') print(f:seek('cur')) f:write('xy') print(f:seek()) f:close()
            f = io.open(path, 'a+') print(f:seek()) f:close()
            """));
    }

    [Fact]
    public void An_empty_name_is_that_of_no_file_as_in_C()
    {
        Assert.Equal(
            """
            nil	: No such file or directory	2
            nil	: No such file or directory	2
            nil	: No such file or directory	2
            nil	No such file or directory	2
            nil	No such file or directory	2
            false	cannot open file '' (No such file or directory)
            """,
            ScriptRun.OutputOf("""
            print(io.open('')) print(io.open('', 'w')) print(os.remove('')) print(os.rename('', 'x')) print(os.rename('x', ''))
            print(pcall(io.lines, ''))
            """).TrimEnd('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("rw")]
    [InlineData("rb+")]
    [InlineData("+r")]
    public void A_mode_that_C_does_not_know_is_an_error(string mode)
    {
        Assert.Equal(
            "test:2: bad argument #2 to 'open' (invalid mode)", ScriptRun.FailureOf($"\nio.open('x', '{mode}')").Message);
    }

    [Fact]
    public void Reading_and_writing_one_file_keep_their_common_place()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("one\t4\nTWO\t\n11\none\nTWO\nthr\n", ScriptRun.OutputOf($$"""
            local f = io.open('{{folder.Write("f", "one\ntwo\nthr")}}', 'r+')
            print(f:read(), f:seek())
            f:write('TWO')
            f:seek('cur', -3)
            print(f:read('l', 0))
            print(f:seek('end'))
            f:seek('set')
            print(f:read('a'))
            """));
    }

    [Fact]
    public void Seek_answers_as_lseek_does()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("0\t5\t2\nnil\tInvalid argument\t22\nfalse\tbad argument #1 to 'seek' (invalid option 'x')\n", ScriptRun.OutputOf($$"""
            local f = io.open('{{folder.Write("f", "12345")}}')
            print(f:seek(), f:seek('end'), f:seek('set', 2))
            print(f:seek('set', -1))
            print(pcall(f.seek, f, 'x'))
            """));
    }

    [Fact]
    public void Lines_read_in_every_format_and_close_the_file_they_opened()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("f", "1 2\n3 4\n");
        Assert.Equal("1 2,3 4,|1\t2,3\t4,|1 2\n,3 4\n,|1 ,2\n,3 ,4\n,|false\tfile is already closed\nclosed file\n", ScriptRun.OutputOf($$"""
            for l in io.lines('{{path}}') do io.write(l, ',') end io.write('|')
            for a, b in io.lines('{{path}}', 'n', 'n') do io.write(a, '\t', b, ',') end io.write('|')
            for l in io.lines('{{path}}', 'L') do io.write(l, ',') end io.write('|')
            for l in io.lines('{{path}}', 2) do io.write(l, ',') end io.write('|')
            local next, _, _, file = io.lines('{{path}}')
            while next() do end
            print(pcall(next)) print(io.type(file))
            """));
    }

    [Fact]
    public void Lines_report_what_cannot_be_read()
    {
        Assert.Equal("test:1: Is a directory", ScriptRun.FailureOf("for l in io.lines('/') do end").Message);
        Assert.Equal("nil\tIs a directory\t21\n", ScriptRun.OutputOf("print(io.open('/'):read('a'))"));
    }

    [Fact]
    public void A_closed_file_says_so()
    {
        Assert.Equal(
            "true\nfile (closed)\tclosed file\nfalse\tattempt to use a closed file\nfalse\tattempt to use a closed file\n"
            + "false\tattempt to use a closed file\nfalse\tdefault input file is closed\nnil\n",
            ScriptRun.OutputOf("""
            local f = io.tmpfile()
            io.input(f)
            print(f:close())
            print(f, io.type(f))
            print(pcall(f.read, f)) print(pcall(f.lines, f)) print(pcall(io.close, f))
            print(pcall(io.read))
            print(io.type(42))
            """));
    }

    [Fact]
    public void Temporary_files_are_empty_and_nameless()
    {
        Assert.Equal("\t0\nhello\n", ScriptRun.OutputOf(
            "local f = io.tmpfile() print(f:read('a'), f:seek('end')) f:write('hello') f:seek('set') print(f:read())"));
    }

    [Fact]
    public void What_was_written_is_in_the_file_when_a_script_forgets_it()
    {
        using TemporaryFolder folder = new();
        string left = folder["left"];
        string collected = folder["collected"];
        string scoped = folder["scoped"];
        Assert.Equal("collected\tscoped\n", ScriptRun.OutputOf($$"""
            kept = io.open('{{left}}', 'w') kept:write('left')
            io.open('{{collected}}', 'w'):write('collected')
            collectgarbage() collectgarbage()
            do local f <close> = io.open('{{scoped}}', 'w') f:write('scoped') end
            print(io.open('{{collected}}'):read('a'), io.open('{{scoped}}'):read('a'))
            """));
        Assert.Equal("left", File.ReadAllText(left));
    }

    [Fact]
    public void A_script_that_takes_the_finalizer_away_loses_no_other_file()
    {
        using TemporaryFolder folder = new();
        string path = folder["f"];
        ScriptRun.OutputOf($$"""
            getmetatable(io.stdout).__gc = nil
            for i = 1, 200 do
              io.open('{{path}}' .. i, 'w'):write(i)
              if i % 20 == 0 then collectgarbage() end
            end
            """);
        for (int i = 1; i <= 200; i++)
        {
            Assert.Equal($"{i}", File.ReadAllText(path + i));
        }
    }

    [Fact]
    public void Exit_sends_what_was_written_to_files()
    {
        using TemporaryFolder folder = new();
        string path = folder["f"];
        string? seen = null;
        ScriptRun run = new();
        using LuaHost host = new(run.Options(exitHandler: _ => seen = File.ReadAllText(path)));

        run.Try(() => host.RunString($"f = io.open('{path}', 'w') f:write('all of it') os.exit(0)", "test"));

        Assert.Equal("all of it", seen);
    }

    [Fact]
    public void Buffering_can_be_chosen()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("\ta\na\tab\nc\n", ScriptRun.OutputOf($$"""
            local path = '{{folder["f"]}}'
            local function content() return (io.open(path):read('a'):gsub('\n', '')) end
            local f = io.open(path, 'w')
            f:setvbuf('full', 1024) f:write('a') io.write(content(), '\t') f:flush() print(content())
            f:setvbuf('line') f:write('b') io.write(content(), '\t') f:write('\n') print(content())
            f:setvbuf('no') f:write('c') print(content():sub(-1))
            """));
    }

    [Fact]
    public void A_full_device_is_reported_by_write_flush_or_close()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        Assert.Equal("nil\tNo space left on device\t28\nnil\tNo space left on device\t28\nnil\tNo space left on device\t28\n", ScriptRun.OutputOf("""
            local f = io.open('/dev/full', 'w') print(f:write(('x'):rep(100000)))
            f:write('x') print(f:flush())
            f:write('x') print(f:close())
            """));
    }

    [Fact]
    public void Names_and_contents_are_bytes()
    {
        using TemporaryFolder folder = new();
        Assert.Equal("true\ttrue\ttrue\n", ScriptRun.OutputOf($$"""
            local path = '{{folder["x"]}}\255'
            local f = io.open(path, 'w') f:write('\0\255\n') f:close()
            local content = io.open(path):read('a')
            local _, message = io.open(path .. '/none')
            print(content == '\0\255\n', message == path .. '/none: Not a directory', os.remove(path))
            """));
    }

    [Fact]
    public void Nothing_but_a_file_is_taken_for_one()
    {
        Assert.Equal("test:1: bad argument #1 to 'input' (FILE* expected, got My Type)", ScriptRun.FailureOf(
            "io.input(setmetatable({}, { __name = 'My Type' }))").Message);
        Assert.Equal("nil\nfalse\tbad argument #1 to 'read' (FILE* expected, got table)\n", ScriptRun.OutputOf(
            "print(io.type({})) print(pcall(io.stdin.read, setmetatable({}, getmetatable(io.stdin))))"
            .Replace("setmetatable({}, getmetatable(io.stdin))", "{}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Lua_s_own_library_is_not_to_be_found()
    {
        Assert.Equal("nil\tnil\n", ScriptRun.OutputOf("local r = debug.getregistry() print(r['FILE*'], r._IO_input)"));
    }
}
