using System.CommandLine;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Help;

public sealed class HelpTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public static TheoryData<string> Commands => [.. Handled().Select(CommandNames.FullName)];

    public static TheoryData<string> Examples => [.. ExampleWorkspace.All().Select(item => item.Example.Line).Distinct()];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_an_example_of_itself_and_related_commands_that_exist(string name)
    {
        var tree = new CommandTree();
        HelpPage page = CommandHelp.Of(tree, Find(tree, name));

        Assert.Contains(page.Examples, example => Calls(tree, example.Line).Contains(name));
        Assert.All(page.Examples, example => Assert.EndsWith(".", example.Meaning, StringComparison.Ordinal));
        Assert.All(
            page.SeeAlso.Where(other => !other.StartsWith("llmspell help ", StringComparison.Ordinal)), other => Assert.NotNull(Find(tree, other)));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_parses(string line)
    {
        var tree = new CommandTree();
        string[][] calls = [.. ShellLine.Calls(line)];

        Assert.NotEmpty(calls);
        Assert.All(calls, call =>
        {
            (IReadOnlyList<string> own, _) = ScriptArguments.Split(tree, call);
            ParseResult parsed = tree.Parse(own);
            Assert.Empty(parsed.Errors);
            Assert.Null(UsageError.UnknownOption(parsed));
            Assert.IsType<HandledCommand>(parsed.CommandResult.Command);
        });
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Every_example_does_what_it_says(string line)
    {
        Assert.SkipWhen(line.Contains("| jq ", StringComparison.Ordinal) && !InstalledProgram.IsThere("jq"), "jq is not installed");
        using ExampleWorkspace workspace = await ExampleWorkspace.CreateAsync();

        CommandOutcome outcome = await workspace.RunAsync(line);

        Assert.True(outcome.Code == 0, $"{line}\nexit code {outcome.Code}\n{outcome.Output}\n{outcome.Error}");
        Assert.DoesNotContain("warning", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup|create")]
    [InlineData("backup")]
    [InlineData("run")]
    [InlineData("")]
    public async Task Help_is_the_same_by_command_and_by_option(string line)
    {
        string[] command = line.Split('|', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(
            (await _fixture.RunAsync([.. command, "--help"])).Done().Output, (await _fixture.RunAsync(["help", .. command])).Done().Output);
    }

    [Fact]
    public async Task Help_fits_the_terminal()
    {
        _fixture.IsTerminal = true;
        _fixture.TerminalWidth = 60;
        string narrow = (await _fixture.RunAsync("help", "backup", "show")).Done().Output;
        _fixture.TerminalWidth = 300;
        string wide = (await _fixture.RunAsync("help", "backup", "show")).Done().Output;

        Assert.All(narrow.Split('\n'), line => Assert.InRange(line.Length, 0, 60));
        Assert.Equal(100, wide.Split('\n').Max(line => line.Length), 12.0);
    }

    [Fact]
    public async Task Help_of_the_program_lists_every_command_below_its_group()
    {
        string help = (await _fixture.RunAsync("help")).Done().Output;

        foreach (Command command in Handled())
        {
            Assert.Matches($"(?m)^  {CommandNames.FullName(command)["llmspell ".Length..]} +\\S", help);
        }
    }

    [Fact]
    public async Task Topics_explain_exit_codes_variables_and_files()
    {
        Assert.Contains("\n  141  ", (await _fixture.RunAsync("help", "exit-codes")).Done().Output, StringComparison.Ordinal);
        string variables = (await _fixture.RunAsync("help", "environment")).Done().Output;
        Assert.Contains("\n  NO_COLOR ", variables, StringComparison.Ordinal);
        Assert.Matches("\n  TERM +dumb, empty or missing: ", variables);
        Assert.Matches("\n  LUA_PATH_5_4, LUA_PATH +Where require looks", variables);
        Assert.Contains("\n  .llmspell/state.db ", (await _fixture.RunAsync("help", "files")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_lists_every_command()
    {
        string list = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md")).Split("```")[1];

        Assert.All(Handled(), command => Assert.Matches($"(?m)^{CommandNames.FullName(command)}( |$)", list));
    }

    [Fact]
    public void The_table_of_variables_is_that_of_the_product()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md"));
        string table = page.Split("<!-- environment: a test compares -->\n")[1].Split("<!-- end of environment -->")[0];

        IEnumerable<string> rows = EnvironmentVariable.All.Select(
            variable => $"| {string.Join(", ", variable.Name.Split(", ").Select(name => $"`{name}`"))} | {variable.Meaning} |\n");
        Assert.Equal("| variable | meaning |\n| --- | --- |\n" + string.Concat(rows), table);
    }

    private static IEnumerable<Command> Handled() => CommandNames.Visible(new CommandTree().Root).Where(command => command is HandledCommand);

    private static Command Find(CommandTree tree, string name) =>
        CommandNames.Visible(tree.Root).Single(command => CommandNames.FullName(command) == name);

    private static IEnumerable<string> Calls(CommandTree tree, string line) => ShellLine.Calls(line)
        .Select(call => CommandNames.FullName(tree.Parse(ScriptArguments.Split(tree, call).Own).CommandResult.Command));
}
