using System.Text.Json;
using LlmSpell.State;

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
    public async Task A_script_comes_from_standard_input_where_its_name_is_a_hyphen()
    {
        _fixture.Input = "#!/usr/bin/env llmspell\nprint(arg[0], ...)\nerror('boom')";

        CommandOutcome outcome = await _fixture.RunAsync("run", "-", "one", "--two");

        Assert.Equal(1, outcome.Code);
        Assert.Equal("stdin\tone\t--two\n", outcome.Output);
        Assert.Contains("stdin:3: boom", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_it_while_the_script_is_still_being_read()
    {
        using var interrupt = new CancellationTokenSource();
        using var keys = new ManualResetEventSlim();
        _fixture.Interrupt = interrupt.Token;
        _fixture.OpenInput = () =>
        {
            _ = interrupt.CancelAsync();
            keys.Wait(TimeSpan.FromMinutes(1));
            return Stream.Null;
        };

        string error = (await _fixture.RunAsync("run", "-")).FailedWith(130);

        Assert.False(keys.IsSet);
        keys.Set();
        Assert.Equal("llmspell: interrupted\n", error);
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

    [Fact]
    public async Task With_the_defaults_a_script_just_works()
    {
        (await _fixture.RunAsync("exec", "State.save('global', 'n', 1) assert(State.create_backup().success)")).Done();

        Assert.Equal("1\n", (await _fixture.RunAsync("exec", "print(State.load('global', 'n'))")).Done().Output);
        Assert.True(File.Exists(Path.Combine(_fixture.Folder, ".llmspell", "state.db")));
        Assert.Single(Directory.GetFiles(Path.Combine(_fixture.Folder, "backups", "manifests")));
    }

    [Fact]
    public async Task With_state_off_values_last_for_the_run_and_backup_calls_name_the_setting()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nenabled = false\n");

        CommandOutcome outcome = (await _fixture.RunAsync(
            "exec", "State.save('global', 'n', 1) print(State.load('global', 'n')) local r = State.create_backup() print(r.success, r.error)")).Done();

        string[] lines = outcome.Output.Split('\n');
        Assert.Equal("1", lines[0]);
        Assert.StartsWith("false\tbackups are switched off by runtime.state_persistence.enabled = false", lines[1], StringComparison.Ordinal);
        Assert.Equal("nil\n", (await _fixture.RunAsync("exec", "print(State.load('global', 'n'))")).Done().Output);
        Assert.Equal(["llmspell.toml"], Directory.EnumerateFileSystemEntries(_fixture.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_a_script_saved_before_it_failed_stays_saved()
    {
        Assert.Equal(1, (await _fixture.RunAsync("exec", "State.save('global', 'n', 1) error('boom')")).Code);

        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "global", "n")).Done().Output);
    }

    [Fact]
    public async Task A_failure_of_the_state_that_ends_a_script_gives_its_hint_once()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbusy_timeout_ms = 0\n");
        using StateStore store = _fixture.OpenStore();
        using StateTransaction held = store.BeginTransaction();

        CommandOutcome outcome = await _fixture.RunAsync("exec", "State.save('global', 'n', 1)");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("stack traceback:", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, outcome.Error.Split("raise busy_timeout_ms").Length);
        JsonElement error = (await _fixture.RunAsync("--output", "json", "exec", "State.save('global', 'n', 1)")).Json.GetProperty("error");
        Assert.EndsWith(error.GetProperty("hint").GetString()!, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
