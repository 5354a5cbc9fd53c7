using System.Diagnostics;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Files;

/// <summary>Scripts that wait for somebody who never comes.</summary>
public sealed class WaitTests
{
    [Theory]
    [InlineData("io.open(PATH):read()")]
    [InlineData("io.open(PATH, 'w')")]
    [InlineData("for l in io.lines(PATH) do end")]
    [InlineData("io.open(PATH, 'r+'):read('a')")]
    public async Task A_stop_ends_the_wait_for_a_named_pipe(string code)
    {
        using TemporaryFolder folder = new();
        string path = folder["pipe"];
        Assert.SkipUnless(MakePipe(path), "There is no mkfifo.");
        ScriptRun run = new();
        using LuaHost host = new(run.Options());

        await StopsAsync(host, run, $"print('waits') io.flush() {code.Replace("PATH", $"'{path}'", StringComparison.Ordinal)}");
    }

    [Fact]
    public async Task A_named_pipe_is_read_as_its_writer_writes()
    {
        using TemporaryFolder folder = new();
        string path = folder["pipe"];
        Assert.SkipUnless(MakePipe(path), "There is no mkfifo.");
        Task<string> reading = Task.Run(
            () => ScriptRun.OutputOf($"for l in io.lines('{path}') do io.write('<', l, '>') end"), TestContext.Current.CancellationToken);

        string written = ScriptRun.OutputOf($"local f = io.open('{path}', 'w') f:write('one\\n') f:flush() f:write('two') f:close() print('done')");

        Assert.Equal("done\n", written);
        Assert.Equal("<one><two>", await reading);
    }

    private static bool MakePipe(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static async Task StopsAsync(LuaHost host, ScriptRun run, string code)
    {
        Task script = Task.Run(() => run.Try(() => host.RunString(code, "test")), TestContext.Current.CancellationToken);
        while (run.Output.Length == 0)
        {
            Assert.False(script.IsCompleted, run.Failure?.Message);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        host.Interrupt();
        await script.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
