using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class GlobalOptionTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Quiet_leaves_only_errors_on_standard_error()
    {
        _fixture.IsTerminal = true;
        _fixture.Save("global", "k", 1);

        CommandOutcome usual = (await _fixture.RunAsync("backup", "create")).Done();
        CommandOutcome quiet = (await _fixture.RunAsync("backup", "create", "--quiet")).Done();

        Assert.Contains("full backup of 1 entry", usual.Error, StringComparison.Ordinal);
        Assert.Empty(quiet.Error);
        Assert.NotEmpty(quiet.Output);
        (await _fixture.RunAsync("-q", "backup", "show", "none")).FailedWith(4);
    }

    [Fact]
    public async Task Quiet_silences_a_warning_too()
    {
        _fixture.Save("global", "k", 1);
        (await _fixture.RunAsync("backup", "create")).Done();
        Directory.Delete(Path.Combine(_fixture.Folder, ".llmspell"), recursive: true);
        Assert.Empty((await _fixture.RunAsync("-q", "exec", "State.save('global', 'k', 2)")).Done().Error);

        Directory.Delete(Path.Combine(_fixture.Folder, ".llmspell"), recursive: true);
        Assert.Contains("a new state was made", (await _fixture.RunAsync("exec", "State.save('global', 'k', 2)")).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_still_asks()
    {
        _fixture.IsTerminal = true;
        _fixture.Save("global", "k", 1);
        string id = (await _fixture.RunAsync("backup", "create", "-q")).Done().Output.Trim();
        _fixture.Input = "n\n";

        CommandOutcome outcome = await _fixture.RunAsync("backup", "restore", id, "-q");

        Assert.Equal(2, outcome.Code);
        Assert.Contains("Go on? [y/N]", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_says_each_step_with_its_time_on_standard_error()
    {
        _fixture.Write("llmspell.toml", "");
        _fixture.Save("global", "k", 1);

        CommandOutcome outcome = (await _fixture.RunAsync("backup", "create", "-v", "--output", "json")).Done();

        Assert.Equal(1, outcome.Json.GetProperty("backup").GetProperty("entries").GetInt32());
        string[] steps = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(steps, step => Assert.Matches(@"^llmspell: \[ *\d+\.\d ms\] \S", step));
        string[] expected =
        [
            "llmspell backup create", "(working folder)", "backups: in ", "state: opened in ", "making the backup: ", "state: closed", "done, exit code 0",
        ];
        Assert.All(expected, part => Assert.Contains(steps, step => step.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Hints_name_the_configuration_that_was_named()
    {
        _fixture.Write("other/my state.toml", "");
        string[] named = ["-c", "other/my state.toml"];
        const string command = "`llmspell -c 'other/my state.toml' ";

        Assert.Contains($"{command}backup create`", (await _fixture.RunAsync([.. named, "backup", "restore", "latest"])).FailedWith(4), StringComparison.Ordinal);
        Assert.Contains("`llmspell backup create`", (await _fixture.RunAsync("backup", "restore", "latest")).FailedWith(4), StringComparison.Ordinal);
        CommandOutcome json = await _fixture.RunAsync([.. named, "backup", "restore", "latest", "--output", "json"]);
        Assert.StartsWith(command, json.Json.GetProperty("error").GetProperty("hint").GetString(), StringComparison.Ordinal);
        (await _fixture.RunAsync([.. named, "state", "set", "s", "k", "1"])).Done();
        Assert.Contains($"{command}backup create`", (await _fixture.RunAsync([.. named, "doctor"])).Output, StringComparison.Ordinal);
        Assert.Contains(command + "backup create`", (await _fixture.RunAsync([.. named, "doctor", "--output", "json"])).Output, StringComparison.Ordinal);
        Assert.Contains("`llmspell backup --help`", (await _fixture.RunAsync([.. named, "backup", "--nothing"])).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remarks_name_the_configuration_that_was_named()
    {
        _fixture.Write("other/o.toml", "");
        _fixture.IsTerminal = true;
        (await _fixture.RunAsync("-c", "other/o.toml", "state", "set", "s", "k", "1")).Done();
        (await _fixture.RunAsync("-c", "other/o.toml", "backup", "create")).Done();

        CommandOutcome pinned = (await _fixture.RunAsync("-c", "other/o.toml", "backup", "pin", "latest")).Done();

        Assert.Contains("`llmspell -c other/o.toml backup unpin ", pinned.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_way_back_names_the_configuration_that_was_named()
    {
        _fixture.Write("other/o.toml", "");
        _fixture.Write("this.toml", "");
        string[] named = ["-c", "other/o.toml", "--yes"];
        (await _fixture.RunAsync([.. named, "state", "set", "s", "k", "1"])).Done();
        (await _fixture.RunAsync([.. named, "backup", "create"])).Done();
        (await _fixture.RunAsync([.. named, "state", "set", "s", "k", "2"])).Done();
        _fixture.Save("s", "k", 3);

        Assert.Contains(
            "  llmspell -c other/o.toml backup undo-restore\n", (await _fixture.RunAsync([.. named, "backup", "restore", "latest"])).Done().Output, StringComparison.Ordinal);
        Assert.Contains(
            "  llmspell -c other/o.toml backup restore ",
            (await _fixture.RunAsync([.. named, "state", "copy", "--from", "this.toml", "--replace"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_and_verbose_contradict_each_other() =>
        Assert.Contains("--quiet and --verbose", (await _fixture.RunAsync("state", "scopes", "-q", "-v")).FailedWith(2), StringComparison.Ordinal);

    [Theory]
    [InlineData(true, "xterm", null, null, "auto", true)]
    [InlineData(false, "xterm", null, null, "auto", false)]
    [InlineData(true, "dumb", null, null, "auto", false)]
    [InlineData(true, null, null, null, "auto", false)]
    [InlineData(true, "xterm", "1", null, "auto", false)]
    [InlineData(true, "xterm", "", null, "auto", true)]
    [InlineData(false, "dumb", null, "1", "auto", true)]
    [InlineData(false, "xterm", null, "0", "auto", false)]
    [InlineData(false, "xterm", "1", "1", "auto", false)]
    [InlineData(false, "dumb", "1", null, "always", true)]
    [InlineData(true, "xterm", null, "1", "never", false)]
    public async Task Colours_follow_the_option_then_the_environment_then_the_terminal(
        bool isTerminal, string? term, string? noColor, string? force, string option, bool isColored)
    {
        _fixture.IsTerminal = isTerminal;
        Set("TERM", term);
        Set("NO_COLOR", noColor);
        Set("CLICOLOR_FORCE", force);

        Assert.Equal(isColored, (await _fixture.RunAsync("bakup", "--color", option)).Error.Contains("\e[", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_is_for_the_reader_at_a_terminal_and_exact_in_a_pipe()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        _fixture.Clock = clock;
        _fixture.TerminalWidth = 100;
        _fixture.Save("global", "k", 1);
        string description = string.Join(' ', Enumerable.Repeat("before the upgrade", 9));
        (await _fixture.RunAsync("backup", "create", "--description", description)).Done();
        clock.Advance(TimeSpan.FromMinutes(3));

        string pipe = (await _fixture.RunAsync("backup", "list")).Done().Output;
        _fixture.IsTerminal = true;
        string terminal = (await _fixture.RunAsync("backup", "list", "--color", "never")).Done().Output;

        Assert.Contains("2026-03-01 12:00:00Z  full", pipe, StringComparison.Ordinal);
        Assert.Contains(description, pipe, StringComparison.Ordinal);
        Assert.Contains("3 min ago  full", terminal, StringComparison.Ordinal);
        Assert.EndsWith("…\n", terminal, StringComparison.Ordinal);
        Assert.All(terminal.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    private void Set(string variable, string? value)
    {
        if (value is not null)
        {
            _fixture.Environment[variable] = value;
        }
    }
}
