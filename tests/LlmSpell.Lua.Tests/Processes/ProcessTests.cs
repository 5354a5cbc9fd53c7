using System.Diagnostics;
using System.Globalization;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Processes;

public sealed class ProcessTests
{
    public static readonly bool HasShell = File.Exists("/bin/sh");

    [Fact]
    public void Execute_returns_how_the_command_ended()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        Assert.Equal("true\texit\t0\nnil\texit\t7\nnil\tsignal\t9\ntrue\n", ScriptRun.OutputOf(
            "print(os.execute('true')) print(os.execute('exit 7')) print(os.execute('kill -9 $$')) print(os.execute())"));
    }

    [Fact]
    public void An_empty_command_is_run_too()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        Assert.Equal("true\texit\t0\ntrue\texit\t0\n", ScriptRun.OutputOf("print(os.execute('')) print(io.popen(''):close())"));
    }

    [Fact]
    public void Popen_reads_and_writes_and_its_close_tells_the_end()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        using TemporaryFolder folder = new();
        string path = folder["f"];
        Assert.Equal("one\ttwo\tnil\texit\t3\ntrue\texit\t0\nnil\tsignal\t15\nin 5\n", ScriptRun.OutputOf($$"""
            local p = io.popen('echo one; echo two; exit 3') io.write(p:read(), '\t', p:read('l'), '\t') print(p:close())
            local w = io.popen('cat > {{path}}', 'w') w:write('in ', 5) print(w:close())
            print(io.popen('kill $$'):close())
            print(io.open('{{path}}'):read('a'))
            """));
        Assert.Equal("test:1: bad argument #2 to 'popen' (invalid mode)", ScriptRun.FailureOf("io.popen('true', 'rw')").Message);
    }

    [Fact]
    public void A_process_whose_reader_has_gone_ends_by_its_signal()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        Assert.Equal("nil\tsignal\t13\ntrue\n", ScriptRun.OutputOf("""
            local p = io.popen('exec yes') p:read() print(p:close())
            print((os.execute('yes | head -n 1 > /dev/null')))
            """));
    }

    [Fact]
    public void Writing_to_a_process_that_has_gone_is_a_result()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        Assert.Equal("Broken pipe\t32\ntrue\texit\t0\n", ScriptRun.OutputOf("""
            local p = io.popen('exec true', 'w')
            local ok, message, code
            repeat ok, message, code = p:write(('x'):rep(100000)) until not ok
            print(message, code)
            print(p:close())
            """));
    }

    [Fact]
    public void Much_goes_through_both_ways()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        using TemporaryFolder folder = new();
        Assert.Equal("3000000\t3000000\n", ScriptRun.OutputOf($$"""
            local w = io.popen('cat > {{folder["f"]}}', 'w')
            for i = 1, 1000 do w:write(('x'):rep(3000)) end
            w:close()
            local r = io.popen('cat {{folder["f"]}}')
            print(#r:read('a'), io.open('{{folder["f"]}}'):seek('end'))
            """));
    }

    [Theory]
    [InlineData("os.execute('echo $$ > PATH; sleep 300; true')")]
    [InlineData("io.popen('echo $$ > PATH; sleep 300; true'):read()")]
    [InlineData("io.popen('echo $$ > PATH; trap \"\" TERM; while true; do sleep 1; done'):close()")]
    [InlineData("local f = io.popen('echo $$ > PATH; sleep 300; true', 'w') while f:write(('x'):rep(10000)) do end")]
    public async Task A_stop_ends_the_wait_the_whole_process_and_the_script(string code)
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");
        using TemporaryFolder folder = new();
        string path = folder["pid"];
        ScriptRun run = new();
        int shell;
        using (LuaHost host = new(run.Options()))
        {
            Task script = Task.Run(
                () => run.Try(() => host.RunString(code.Replace("PATH", path, StringComparison.Ordinal) + " State.save('global', 'after', true)", "test")),
                TestContext.Current.CancellationToken);
            shell = await ReadNumberAsync(path);
            host.Interrupt();
            await script.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(shell));
        Assert.Equal(LuaFailureKind.Interrupted, run.Failure?.Kind);
        Assert.False(run.Store.Contains(("global", "after")));
    }

    [Fact]
    public void Background_processes_are_not_waited_for()
    {
        Assert.SkipUnless(HasShell, "There is no /bin/sh.");

        // The child outlives the call: it is there to be killed.
        Assert.Equal(
            "true\texit\t0\ntrue\texit\t0\n",
            ScriptRun.OutputOf(
                """
                local name = os.tmpname()
                print(os.execute("sleep 300 >/dev/null 2>&1 & echo $! > " .. name))
                print(os.execute("kill $(cat " .. name .. ")"))
                os.remove(name)
                """));
    }

    private static async Task<int> ReadNumberAsync(string path)
    {
        for (int i = 0; i < 3000; i++)
        {
            if (File.Exists(path)
                && int.TryParse(await File.ReadAllTextAsync(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number))
            {
                return number;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"{path} was not written.");
    }
}
