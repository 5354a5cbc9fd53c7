using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class ScriptCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_script_gets_its_arguments_untouched()
    {
        _fixture.Write("s.lua", "print(#arg, ...)");

        CommandOutcome outcome = (await _fixture.RunAsync("run", "s.lua", "-c", "none.toml", "--", "--output", "json", "", "a b")).Done();

        Assert.Equal("7\t-c\tnone.toml\t--\t--output\tjson\t\ta b\n", outcome.Output);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task Code_from_the_command_line_runs_too()
    {
        Assert.Equal("3\n", (await _fixture.RunAsync("exec", "print(1 + 2)")).Done().Output);
        Assert.Equal("-v\n", (await _fixture.RunAsync("exec", "print(...)", "-v")).Done().Output);
    }

    [Fact]
    public async Task A_script_reads_standard_input()
    {
        _fixture.Input = "one\ntwo\n";

        Assert.Equal("two\n", (await _fixture.RunAsync("exec", "io.read() print(io.read())")).Done().Output);
    }

    [Fact]
    public async Task A_script_that_raises_ends_with_1_and_its_traceback()
    {
        _fixture.Write("s.lua", "print('before')\nlocal function f() error('boom') end\nf()");

        CommandOutcome outcome = await _fixture.RunAsync("run", "s.lua");

        Assert.Equal(1, outcome.Code);
        Assert.Equal("before\n", outcome.Output);
        Assert.Contains("s.lua:2: boom", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("stack traceback:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("s.lua:3: in main chunk", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_no_Lua_ends_with_1()
    {
        Assert.Contains("command line:1:", (await _fixture.RunAsync("exec", "local x =")).FailedWith(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_not_found()
    {
        Assert.Contains("nowhere.lua", (await _fixture.RunAsync("run", "nowhere.lua")).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_the_scripts_output_goes_to_standard_error()
    {
        CommandOutcome outcome = (await _fixture.RunAsync("--output", "json", "exec", "print('mine')")).Done();

        JsonShape.AssertAsDocumented("run", outcome.Json);
        Assert.Equal("mine\n", outcome.Error);

        CommandOutcome failed = await _fixture.RunAsync("--output", "json", "exec", "error('boom')");
        Assert.Equal(1, failed.Code);
        JsonElement error = failed.Json.GetProperty("error");
        Assert.Equal("script_failed", error.GetProperty("kind").GetString());
        Assert.Contains("stack traceback:", error.GetProperty("traceback").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_State_creates_nothing()
    {
        (await _fixture.RunAsync("exec", "print(1)")).Done();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }
}
