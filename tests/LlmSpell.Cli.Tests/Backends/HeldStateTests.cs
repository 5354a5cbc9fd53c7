using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Help;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Backends;

/// <summary>While one process has a RocksDB state to itself, commands that only read go on, and those that write say who has it.</summary>
public sealed class HeldStateTests : IDisposable
{
    /// <summary>The commands whose first example writes into the state; every other must go on.</summary>
    private static readonly string[] Writers =
    [
        "state set", "state delete", "state clear", "state import", "backup restore", "backup undo-restore",
    ];

    private readonly RocksDbFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    public static TheoryData<string> Commands =>
    [
        .. CommandNames.Visible(new CommandTree().Root)
            .Where(command => command is HandledCommand)
            .Select(command => CommandNames.FullName(command)["llmspell ".Length..])
            .Where(name => name.Split(' ')[0] is "state" or "backup" or "repository" or "doctor"),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_that_only_reads_goes_on_and_every_other_names_the_holder(string name)
    {
        string[] call = ShellLine.Calls(ExampleWorkspace.All().First(item => item.Command == $"llmspell {name}").Example.Line).Single();
        using ExampleWorkspace workspace = await ExampleWorkspace.CreateAsync(RocksDbFixture.Configuration);
        (await workspace.Fixture.RunAsync("state", "export", "state.ndjson")).Done();
        using StateStore holder = workspace.Fixture.OpenStore();
        workspace.Fixture.IsTerminal = false;

        CommandOutcome outcome = await workspace.RunAloneAsync(["--yes", .. call]);

        if (Writers.Contains(name))
        {
            Assert.Contains("is held by this process itself", outcome.FailedWith(6), StringComparison.Ordinal);
        }
        else
        {
            outcome.Done();
        }
    }

    [Fact]
    public async Task A_backup_shows_the_state_of_its_moment_and_can_be_incremental()
    {
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "a"), 1);
        (await _fixture.RunAsync("backup", "create")).Done();
        holder.Save(("s", "b"), 2);
        holder.Delete(("s", "a"));

        CommandOutcome second = (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done();

        Assert.Equal("incremental", second.Json.GetProperty("backup").GetProperty("kind").GetString());
        Assert.Equal("b\n", (await _fixture.RunAsync("state", "list", "s", "--backup", "latest")).Done().Output);
        (await _fixture.RunAsync("backup", "validate", "--all", "--depth", "restored")).Done();
        holder.Save(("s", "c"), 3);
        Assert.Equal(2, holder.ReadStatus().Entries);
    }

    [Fact]
    public async Task Verbose_output_says_what_was_read()
    {
        using (StateStore holder = _fixture.Hold())
        {
            holder.Save(("s", "a"), 1);

            string held = (await _fixture.RunAsync("state", "get", "s", "a", "-v")).Done().Error;
            Assert.Contains($"state: reading {_fixture.Store} (rocksdb) as it is now; The state in {_fixture.Store} is held by this process itself", held, StringComparison.Ordinal);
        }

        Assert.Contains($"state: reading {_fixture.Store} (rocksdb) as it is now\n", (await _fixture.RunAsync("state", "get", "s", "a", "-v")).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_who_has_it_and_finds_nothing_wrong_with_that()
    {
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "a"), 1);
        (await _fixture.RunAsync("backup", "create")).Done();

        string report = (await _fixture.RunAsync("doctor")).Done().Output;

        Assert.Contains("one process has the state to itself", report, StringComparison.Ordinal);
        Assert.Contains("is held by this process itself", report, StringComparison.Ordinal);
        Assert.Contains("format 1, 1 entry", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_only_looks_still_wants_the_state_for_itself()
    {
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "a"), 1);

        CommandOutcome outcome = await _fixture.RunAsync("exec", "print(State.load('s', 'a'))");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("is held by", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_is_copied_while_another_process_has_it_and_nothing_is_copied_into_it()
    {
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "a"), 1);

        (await _fixture.RunAsync("state", "copy", "--to", "sqlite.toml")).Done();
        Assert.Equal("1\n", (await _fixture.RunAsync("-c", "sqlite.toml", "state", "get", "s", "a")).Done().Output);

        Assert.Contains("is held by", (await _fixture.RunAsync("state", "copy", "--from", "sqlite.toml", "--replace", "--yes")).FailedWith(6), StringComparison.Ordinal);
        Assert.Equal(1, holder.ReadStatus().Entries);
    }

    [Fact]
    public async Task A_damaged_state_is_not_put_aside_while_somebody_has_it()
    {
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "a"), 1);
        (await _fixture.RunAsync("backup", "create")).Done();

        Assert.Contains("is held by", (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes")).FailedWith(6), StringComparison.Ordinal);
        Assert.True(Directory.Exists(_fixture.Store));
    }

    [Fact]
    public void Completion_in_the_REPL_looks_and_lets_go()
    {
        using (StateStore store = _fixture.Hold())
        {
            store.Save(("s", "a"), 1);
        }

        var host = new CommandLineHost
        {
            OpenInput = () => Stream.Null,
            Output = Stream.Null,
            Error = Stream.Null,
            Environment = _ => null,
            WorkingFolder = _fixture.Commands.Folder,
        };
        using Workspace workspace = new(
            ConfigurationLoader.Load(new ConfigurationRequest(null, host.WorkingFolder, _ => null)), TimeProvider.System,
            new OutputWriter(host, new OutputSettings(OutputFormat.Text)));
        StateNames names = new(workspace);

        Assert.Equal(["s"], names.Scopes(""));
        using StateStore holder = _fixture.Hold();
        holder.Save(("s", "b"), 1);
        Assert.Equal(["a", "b"], names.Keys("s", ""));
    }
}
