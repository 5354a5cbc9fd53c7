using System.Text;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Streams;

public sealed class InputTests
{
    [Fact]
    public void Read_takes_every_format()
    {
        Assert.Equal(
            "line|with end\n|12|-3.5|abc|rest\nof it|nil\n",
            ScriptRun.OutputOf(
                "print(io.read() .. '|' .. io.read('L') .. '|' .. io.read('n') .. '|' .. io.read('n') .. '|' .. (io.read('l') and io.read(3)) "
                + ".. '|' .. io.read('a') .. '|' .. tostring(io.read()))",
                "line\nwith end\n12 -3.5\nabcrest\nof it"));
    }

    [Fact]
    public void Old_formats_with_an_asterisk_work_and_several_stop_at_the_first_without_result()
    {
        Assert.Equal("a\tb\tnil\n2\tx\tnil\n", ScriptRun.OutputOf(
            "print(io.read('*l', '*l', '*n', '*l')) io.read('L', 'L') print(io.read('n', 1, 'n', 'l'))", "a\nb\nno number\n\n2x"));
    }

    [Fact]
    public void At_the_end_there_is_nil_for_lines_and_an_empty_string_for_everything()
    {
        Assert.Equal("nil\tnil\tnil\tnil\t\n", ScriptRun.OutputOf("print(io.read('l'), io.read('L'), io.read('n'), io.read(0), (io.read('a')))"));
        Assert.Equal("\tx\tnil\n", ScriptRun.OutputOf("print(io.read(0), io.read(10), io.read(0))", "x"));
    }

    [Theory]
    [InlineData("12 x", "12")]
    [InlineData("  \t\n-0x1Fp2,", "-124.0")]
    [InlineData("+7", "7")]
    [InlineData(".5e1", "5.0")]
    [InlineData("1e", "nil")]
    [InlineData("0x", "nil")]
    [InlineData("-", "nil")]
    [InlineData("nan", "nil")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775808", "9.2233720368548e+18")]
    public void Numbers_are_read_as_Lua_reads_them(string input, string expected)
    {
        Assert.Equal(expected + "\n", ScriptRun.OutputOf("print(io.read('n'))", input));
    }

    [Fact]
    public void A_numeral_that_is_too_long_is_no_number()
    {
        Assert.Equal("nil\n", ScriptRun.OutputOf("print((io.read('n')))", new string('1', 300)));
    }

    [Fact]
    public void Lines_iterates_and_ends()
    {
        const string Input = "one\n\nthree";
        Assert.Equal("<one><><three>", ScriptRun.OutputOf("for l in io.lines() do io.write('<', l, '>') end", Input));
        Assert.Equal("<one\n><\n><three>", ScriptRun.OutputOf("for l in io.stdin:lines('L') do io.write('<', l, '>') end", Input));
        Assert.Equal("<on><e\n><\nt><hr><ee>", ScriptRun.OutputOf("for l in io.lines(nil, 2) do io.write('<', l, '>') end", Input));
    }

    [Fact]
    public void Lines_longer_than_the_buffer_are_whole()
    {
        string line = string.Concat(Enumerable.Range(0, 20000).Select(i => (char)('a' + (i % 26))));
        Assert.Equal($"{line}\n{line}\nx\n", ScriptRun.OutputOf("for l in io.lines() do print(l) end", $"{line}\n{line}\nx"));
    }

    [Fact]
    public void What_was_written_is_sent_before_a_read_waits()
    {
        MemoryStream output = new();
        List<string> seenAtRead = [];
        PromptedInput input = new(() => seenAtRead.Add(Encoding.UTF8.GetString(output.ToArray())), ["first\n", "second\n"]);
        using LuaHost host = new(new LuaHostOptions { Output = output, Input = input });

        host.RunString("io.write('name? ') local a = io.read() io.write('age? ') local b = io.stdin:read() print(a, b)", "test");

        Assert.Equal(["name? ", "name? age? "], seenAtRead);
        Assert.EndsWith("first\tsecond\n", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_is_not_slowed_by_a_flush_for_each_line()
    {
        CountingStream output = new();
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("0123456789\n", 10_000)));
        using LuaHost host = new(new LuaHostOptions { Output = output, Input = new MemoryStream(lines) });

        host.RunString("for l in io.lines() do print(l) end", "test");

        Assert.InRange(output.Writes, 1, 20);
        Assert.Equal(lines.Length, output.Bytes);
    }

    [Fact]
    public void The_default_input_can_be_a_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("in.txt", "from file\n2\n");

        Assert.Equal("from file\t2\tfalse\nstandard\n", ScriptRun.OutputOf(
            $"io.input('{path}') print(io.read(), io.read('n'), io.input() == io.stdin) io.input(io.stdin) print(io.read())", "standard\n"));
    }

    [Theory]
    [InlineData("io.read('x')", "bad argument #1 to 'read' (invalid format)")]
    [InlineData("io.read(0, {})", "bad argument #2 to 'read' (string expected, got table)")]
    [InlineData("io.stdin:read('a', '')", "bad argument #2 to 'read' (invalid format)")]
    [InlineData("for l in io.lines(nil, 'x') do end", "bad argument #1 to 'read' (invalid format)")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\n" + code, "some input").Message);
    }

    private sealed class PromptedInput(Action onRead, Queue<string> lines) : MemoryStream
    {
        internal PromptedInput(Action onRead, IEnumerable<string> lines)
            : this(onRead, new Queue<string>(lines))
        {
        }

        public override int Read(Span<byte> buffer)
        {
            onRead();
            return lines.TryDequeue(out string? line) ? Encoding.UTF8.GetBytes(line, buffer) : 0;
        }
    }

    private sealed class CountingStream : MemoryStream
    {
        internal int Writes { get; private set; }

        internal long Bytes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Writes++;
            Bytes += buffer.Length;
        }
    }
}
