using System.Globalization;
using System.Text;
using LlmSpell.Lua.Streams;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Streams;

public sealed class OutputTests
{
    [Fact]
    public void Everything_that_writes_to_standard_output_keeps_its_order()
    {
        Assert.Equal("abcd\te\nfg\n", ScriptRun.OutputOf(
            "io.write('a') io.stdout:write('b'):write('c') io.output():write('d\\t') print('e') io.write('f') print('g')"));
    }

    [Fact]
    public void Print_writes_every_kind_of_value_as_Lua_does()
    {
        Assert.Equal(
            "nil\ttrue\tfalse\t1\t-9223372036854775808\t1.0\t-0.0\t1e+100\tinf\t-inf\ttext\n",
            ScriptRun.OutputOf("print(nil, true, false, 1, math.mininteger, 1.0, -0.0, 1e100, math.huge, -math.huge, 'text')"));
        Assert.Equal("\n", ScriptRun.OutputOf("print()"));
        Assert.Matches("^table: 0x[0-9a-f]+\tfunction: (builtin: )?0x[0-9a-f]+\n$", ScriptRun.OutputOf("print({}, print)"));
    }

    [Fact]
    public void Print_honours_tostring_and_name_and_reports_what_they_raise()
    {
        Assert.StartsWith("1\tT\tMy.Type: 0x", ScriptRun.OutputOf(
            "print(1, setmetatable({}, { __tostring = function() return 'T' end }), setmetatable({}, { __name = 'My.Type' }))"));
        Assert.Equal("test:1: '__tostring' must return a string", ScriptRun.FailureOf(
            "print(setmetatable({}, { __tostring = function() return {} end }))").Message);
        Assert.Equal("test:2: inner", ScriptRun.FailureOf(
            "local t = setmetatable({}, { __tostring = function()\n  error('inner') end })\nprint(t)").Message);
    }

    [Fact]
    public void Write_writes_numbers_as_native_Lua_writes_them_to_a_file()
    {
        using TemporaryFolder folder = new();
        string numbers = "1, 1.0, 2^53, -0.0, 1e15, 0.1, 123456.789e3, 1e300, math.maxinteger, math.huge, 3.0e10";
        string path = Path.Combine(folder.Path, "native");

        string ours = ScriptRun.OutputOf(
            $"local f = io.open('{path}', 'w') f:write({numbers}) f:close() io.write({numbers})");

        Assert.Equal(File.ReadAllText(path), ours);
    }

    [Fact]
    public void Long_and_binary_strings_arrive_whole()
    {
        string output = ScriptRun.OutputOf(
            "for i = 1, 300 do io.write(('x'):rep(i * 7), '\\n') end io.write(('y'):rep(100000), '\\0', 'z') print(('w'):rep(32768))");
        StringBuilder expected = new();
        for (int i = 1; i <= 300; i++)
        {
            expected.Append('x', i * 7).Append('\n');
        }

        expected.Append('y', 100000).Append("\0z").Append('w', 32768).Append('\n');
        Assert.Equal(expected.ToString(), output);
    }

    [Fact]
    public void Standard_streams_are_file_objects()
    {
        Assert.Equal("userdata\tfile\tfile\tfile\ttrue\ttrue\tFILE*\n", ScriptRun.OutputOf(
            "print(type(io.stdout), io.type(io.stdout), io.type(io.stdin), io.type(io.stderr), io.output() == io.stdout, "
            + "io.input() == io.stdin, getmetatable(io.stdout).__name)"));
        Assert.Matches("^file \\(0x[0-9a-f]+\\)\n$", ScriptRun.OutputOf("print(io.stdout)"));
        Assert.Equal("nil\tcannot close standard file\nnil\tIllegal seek\t29\nnil\tBad file descriptor\t9\ntrue\ttrue\n", ScriptRun.OutputOf(
            "print(io.stdout:close()) print(io.stdout:seek()) print(io.stdout:read()) print(io.stdout:flush(), io.stdout:setvbuf('full'))"));
        Assert.Equal("ok\n", ScriptRun.OutputOf("do local f <close> = io.stdout end print('ok') assert(io.stdout:lines() == nil)".Split(" assert")[0]));
    }

    [Theory]
    [InlineData("io.write(1, nil)", "bad argument #2 to 'write' (string expected, got nil)")]
    [InlineData("io.stdout:write('x', {})", "bad argument #2 to 'write' (string expected, got table)")]
    [InlineData("io.stdout.write('x')", "bad argument #1 to 'write' (FILE* expected, got string)")]
    [InlineData("io.stdout:setvbuf('some')", "bad argument #1 to 'setvbuf' (invalid option 'some')")]
    [InlineData("for l in io.stdout:lines() do end", "Bad file descriptor")]
    [InlineData("io.output({})", "bad argument #1 to 'output' (FILE* expected, got table)")]
    [InlineData("io.output('/nonexistent/file')", "cannot open file '/nonexistent/file' (No such file or directory)")]
    [InlineData("io.input('/nonexistent/file')", "cannot open file '/nonexistent/file' (No such file or directory)")]
    [InlineData("io.lines('/nonexistent/file')", "cannot open file '/nonexistent/file' (No such file or directory)")]
    [InlineData("io.close(1)", "bad argument #1 to 'close' (FILE* expected, got number)")]
    [InlineData("io.type()", "bad argument #1 to 'type' (value expected)")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:3: {message}", ScriptRun.FailureOf("\n\n" + code).Message);
    }

    [Fact]
    public void The_default_output_can_be_a_file_and_print_stays_where_it_is()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "out.txt");

        string output = ScriptRun.OutputOf(
            $$"""
            io.output('{{path}}')
            io.write('to ', 'the file', 1, '\n'):write('again')
            print('printed')
            print(io.type(io.output()), io.output() == io.stdout)
            print(pcall(io.write, nil))
            io.close()
            print(pcall(io.write, 'x'))
            io.output(io.stdout)
            io.write('back\n')
            """);

        Assert.Equal("to the file1\nagain", File.ReadAllText(path));
        Assert.Equal(
            "printed\nfile\tfalse\nfalse\tbad argument #1 to 'write' (string expected, got nil)\n"
            + "false\tdefault output file is closed\nback\n",
            output);
    }

    [Fact]
    public void Output_waits_in_the_buffer_until_the_script_says_otherwise()
    {
        ScriptRun run = new();
        List<string> seen = [];
        using LuaHost host = new(run.Options(exitHandler: _ => { }));
        RecordingStream stream = new();
        using LuaHost recorded = new(new LuaHostOptions { Output = stream });

        recorded.RunString("io.write('a') print('b') io.flush() io.write('c') io.stdout:setvbuf('no') io.write('d', 'e') print('f')", "test");
        recorded.RunString("io.stdout:setvbuf('line') io.write('g') io.write('h\\n') io.write('i')", "test");

        Assert.Equal(["ab\n", "c", "de", "f\n", "gh\n", "i"], stream.Writes);
    }

    [Fact]
    public void Output_is_sent_before_a_child_process_can_write()
    {
        RecordingStream stream = new();
        using LuaHost host = new(new LuaHostOptions { Output = stream });

        host.RunString("print('a') assert(os.execute('exit 0')) print('b') pcall(io.popen, 'true') print('c')", "test");

        Assert.Equal(["a\n", "b\n", "c\n"], stream.Writes);
    }

    [Fact]
    public void Output_arrives_before_an_error_ends_the_script()
    {
        ScriptRun run = ScriptRun.Of("io.write('partial') error('x')");

        Assert.Equal("partial", run.Output);
        Assert.NotNull(run.Failure);
    }

    [Fact]
    public void The_error_stream_is_not_buffered_and_does_not_mix_with_the_output()
    {
        RecordingStream errors = new();
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Error = errors });

        host.RunString("io.stderr:write('one', 2, '\\n') print('elsewhere') io.stderr:write('three')", "test");

        Assert.Equal(["one2\n", "three"], errors.Writes);
    }

    [Fact]
    public void A_full_disk_is_a_result_for_write_and_an_error_for_print()
    {
        ScriptRun run = new();
        using LuaHost host = new(new LuaHostOptions { Output = new FailingStream(), Error = run.Options().Error });

        host.RunString("io.stdout:setvbuf('no') local r, m, n = io.write('x') io.stderr:write(tostring(r), ' ', m, ' ', math.type(n))", "test");
        Assert.Equal("nil no room integer", run.Error);
        run.Try(() => host.RunString("\nprint('x')", "test"));
        Assert.Equal("test:2: cannot write to standard output: no room", run.Failure!.Message);
    }

    [Fact]
    public void A_failed_flush_at_the_end_is_not_hidden()
    {
        using LuaHost host = new(new LuaHostOptions { Output = new FailingStream() });

        Assert.Throws<StateStorageException>(() => host.RunString("print('x')", "test"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_output_that_is_closed_or_takes_nothing_is_an_output_that_cannot_be_written(bool closed)
    {
        MemoryStream output = new(new byte[1], writable: closed);
        using LuaHost host = new(new LuaHostOptions { Output = output });
        if (closed)
        {
            output.Dispose();
        }

        Assert.Throws<StateStorageException>(() => host.RunString("print('x')", "test"));
        Assert.Equal("test:1: no", Assert.Throws<LuaScriptException>(() => host.RunString("print('x') error('no')", "test")).Message);
    }

    [Fact]
    public void An_exit_handler_that_throws_when_the_reader_has_gone_is_an_error_of_the_script()
    {
        using LuaHost host = new(new LuaHostOptions
        {
            Output = new ClosedStream(),
            ExitHandler = static _ => throw new InvalidOperationException("not now"),
        });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("while true do print('x') end", "test"));

        Assert.Equal("test:1: internal error (InvalidOperationException): not now", failure.Message);
        host.RunString("assert(not pcall(io.write, ('x'):rep(100000)))", "test");
    }

    [Fact]
    public async Task Another_thread_may_flush_while_the_host_is_closed()
    {
        for (int round = 0; round < 200; round++)
        {
            TaskCompletionSource flushing = new(TaskCreationOptions.RunContinuationsAsynchronously);
            LuaHost host = new(new LuaHostOptions { Output = new MemoryStream() });
            bool closed = false;
            Task flush = Task.Run(
                () =>
                {
                    while (!Volatile.Read(ref closed))
                    {
                        host.FlushOutput();
                        flushing.TrySetResult();
                    }
                },
                TestContext.Current.CancellationToken);
            await flushing.Task;
            host.Dispose();
            Volatile.Write(ref closed, true);
            await flush;
        }
    }

    [Fact]
    public void Integers_print_the_same_as_their_text()
    {
        string numbers = string.Join(", ", Enumerable.Range(0, 63).Select(i => (1L << i).ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(numbers.Replace(", ", "\t", StringComparison.Ordinal) + "\n", ScriptRun.OutputOf($"print({numbers})"));
    }

    private sealed class RecordingStream : MemoryStream
    {
        internal List<string> Writes { get; } = [];

        public override void Write(ReadOnlySpan<byte> buffer) => Writes.Add(Encoding.UTF8.GetString(buffer));
    }

    private sealed class ClosedStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new ClosedPipeException("Broken pipe", 32);
    }

    private sealed class FailingStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no room");
    }
}
