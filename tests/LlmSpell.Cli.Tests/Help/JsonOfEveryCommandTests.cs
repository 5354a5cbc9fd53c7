using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Tests.Commands;

namespace LlmSpell.Cli.Tests.Help;

/// <summary>Every command answers in JSON as docs/cli.md shows it. A new command is found by itself, through its first example.</summary>
public sealed class JsonOfEveryCommandTests
{
    /// <summary>Commands without an answer: they stream or interact.</summary>
    private static readonly string[] WithoutAnswer = ["repl"];

    public static TheoryData<string> Commands =>
    [
        .. CommandNames.Visible(new CommandTree().Root)
            .Where(command => command is HandledCommand)
            .Select(command => CommandNames.FullName(command)["llmspell ".Length..])
            .Except(WithoutAnswer),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_answers_in_the_JSON_of_its_sample(string name)
    {
        string[] call = ShellLine.Calls(ExampleWorkspace.All().First(item => item.Command == $"llmspell {name}").Example.Line).Single();
        using ExampleWorkspace workspace = await ExampleWorkspace.CreateAsync();

        CommandOutcome outcome = await workspace.RunAsync(["--output", "json", .. call]);

        JsonShape.AssertAsDocumented(name == "exec" ? "run" : name, outcome.Done().Json);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_fails_in_the_JSON_of_errors(string name)
    {
        using var fixture = new CommandLineFixture();

        CommandOutcome outcome = await fixture.RunAsync(["--output", "json", .. name.Split(' '), "--no-such-option"]);

        Assert.Equal(2, outcome.Code);
        JsonShape.AssertAsDocumented("error", outcome.Json);
        Assert.Contains("--no-such-option", outcome.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
