using System.CommandLine;
using LlmSpell.Cli.Commands.Completion;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Tests.Commands;

namespace LlmSpell.Cli.Tests.ShellCompletion;

public sealed class CompletionTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("ba", "none", "backup")]
    [InlineData("backup|re", "none", "restore")]
    [InlineData("backup|restore|la", "none", "")]
    [InlineData("--ou", "none", "--output")]
    [InlineData("backup|create|--inc", "none", "--incremental")]
    [InlineData("backup|create|--incremental|--inc", "none", "")]
    [InlineData("backup|create|--y", "none", "")]
    [InlineData("backup|cleanup|--y", "none", "--yes")]
    [InlineData("--output|", "none", "text json")]
    [InlineData("state|scopes|--output|j", "none", "json")]
    [InlineData("state|scopes|--output=j", "none", "--output=json")]
    [InlineData("backup|create|--description|", "none", "")]
    [InlineData("completion|", "none", "bash zsh fish")]
    [InlineData("help|backup|cl", "none", "cleanup")]
    [InlineData("help|ex", "none", "exec exit-codes")]
    [InlineData("run|", "scripts", "")]
    [InlineData("run|jobs.lua|", "files", "")]
    [InlineData("run|jobs.lua|--out", "files", "")]
    [InlineData("run|--sandb", "none", "--sandbox")]
    [InlineData("-c|", "files", "")]
    [InlineData("--config=", "files", "")]
    [InlineData("man|", "folders", "")]
    [InlineData("nonsense|ba", "none", "")]
    [InlineData("state|get|--nonsense|", "none", "")]
    public async Task The_tree_completes_words(string line, string directive, string candidates)
    {
        (string found, string[] words) = await AskAsync(line.Split('|'));

        Assert.Equal(directive, found);
        Assert.Equal(candidates.Split(' ', StringSplitOptions.RemoveEmptyEntries), words);
    }

    [Fact]
    public async Task Scopes_and_keys_come_from_the_state()
    {
        _fixture.Save("user:1", "name", 1);
        _fixture.Save("user:1", "née", 1);
        _fixture.Save("user:1", "a\tb", 1);
        _fixture.Save("global", "two words", 1);

        Assert.Equal(["global", "user:1"], (await AskAsync("state", "get", "")).Words);
        Assert.Equal(["user:1"], (await AskAsync("state", "list", "us")).Words);
        Assert.Equal(["name", "née"], (await AskAsync("state", "get", "user:1", "n")).Words);
        Assert.Equal(["two words"], (await AskAsync("state", "get", "global", "")).Words);
        Assert.Empty((await AskAsync("state", "get", "none", "")).Words);
    }

    [Fact]
    public async Task Keys_come_from_the_state_that_the_command_line_names()
    {
        _fixture.Write("other/llmspell.toml", "");
        (await _fixture.RunAsync("-c", "other/llmspell.toml", "exec", "State.save('global', 'there', 1)")).Done();

        Assert.Equal(["there"], (await AskAsync("-c", "other/llmspell.toml", "state", "get", "global", "")).Words);
        Assert.Equal(["there"], (await AskAsync("state", "get", "global", "--config=other/llmspell.toml", "")).Words);
        Assert.Empty((await AskAsync("state", "get", "global", "")).Words);
    }

    [Fact]
    public async Task Backups_are_offered_newest_first_with_what_they_are()
    {
        _fixture.Save("global", "k", 1);
        string first = (await _fixture.RunAsync("backup", "create")).Done().Output.Trim();
        _fixture.Save("global", "k", 2);
        string second = (await _fixture.RunAsync("backup", "create", "--incremental", "--description", "the\nsecond")).Done().Output.Trim();

        foreach (string command in (string[])["show", "validate", "restore"])
        {
            Assert.Equal(["latest", second, first], (await AskAsync("backup", command, "")).Words);
        }

        Assert.Contains($"\n{second}\tjust now, incremental, 1 entry: the\\nsecond\n", (await _fixture.RunAsync("__complete", "backup", "show", "")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_makes_no_state_and_never_fails_loudly()
    {
        Assert.Empty((await AskAsync("state", "get", "")).Words);
        Assert.Empty((await AskAsync("backup", "show", "")).Words);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));

        _fixture.Write("llmspell.toml", "[runtime");
        foreach (string[] words in (string[][])[["state", "get", ""], [], ["--"], ["--="], ["-c"]])
        {
            CommandOutcome outcome = await _fixture.RunAsync(["__complete", .. words]);
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        }
    }

    [Fact]
    public void Every_name_of_a_value_says_what_may_stand_there()
    {
        Command[] commands = [.. CommandNames.Visible(new CommandTree().Root)];
        IEnumerable<string> names = commands.SelectMany(command => command.Arguments).Select(CommandNames.ValueName)
            .Concat(commands.SelectMany(command => command.Options).Where(CommandNames.TakesValue).Select(CommandNames.ValueName));

        Assert.All(
            names.Distinct(),
            name => Assert.True(
                Choice.Words(name).Length > 0 || ValueKinds.Find(name) is not null,
                $"ValueKinds does not know {name}: say there what it is, so that it can be completed."));
    }

    private async Task<(string Directive, string[] Words)> AskAsync(params string[] words)
    {
        CommandOutcome outcome = (await _fixture.RunAsync(["__complete", .. words])).Done();
        Assert.Empty(outcome.Error);
        string[] lines = outcome.Output.TrimEnd('\n').Split('\n');
        return (lines[0], [.. lines.Skip(1).Select(line => line.Split('\t')[0])]);
    }
}
