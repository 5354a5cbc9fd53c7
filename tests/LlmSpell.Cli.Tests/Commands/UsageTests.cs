using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class UsageTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("--key", "backup", "restore", "latest", "--yes")]
    [InlineData("--scope", "backup", "restore", "latest", "--yes")]
    [InlineData("--to", "backup", "restore", "latest", "--yes")]
    [InlineData("--key", "backup", "diff", "latest")]
    [InlineData("--scope", "backup", "diff", "latest")]
    [InlineData("--prefix", "state", "list", "global")]
    [InlineData("--backup", "state", "list", "global")]
    [InlineData("--backup", "state", "get", "global", "k")]
    [InlineData("--prefix", "state", "export")]
    [InlineData("--scope", "state", "export")]
    [InlineData("--prefix", "state", "import", "--replace", "--yes")]
    [InlineData("--scope", "state", "import", "--replace", "--yes")]
    [InlineData("--from", "state", "copy")]
    [InlineData("--to", "state", "copy")]
    [InlineData("--to", "repository", "copy")]
    [InlineData("--config", "state", "scopes")]
    public async Task An_option_that_chooses_takes_no_empty_value(string option, params string[] command)
    {
        _fixture.Save("global", "k", 1L);
        (await _fixture.RunAsync("backup", "create")).Done();
        _fixture.Save("global", "k", 2L);

        string error = (await _fixture.RunAsync([.. command, option, ""])).FailedWith(2);

        Assert.StartsWith($"llmspell: {option} is empty; ", error, StringComparison.Ordinal);
        Assert.Equal("2\n", (await _fixture.RunAsync("state", "get", "global", "k")).Done().Output);
    }

    [Theory]
    [InlineData("`llmspell state list 'it'\\''s mine'` lists", "state", "get", "it's mine", "k")]
    [InlineData("`llmspell state list user:1` lists", "state", "get", "user:1", "k")]
    [InlineData("`llmspell -c 'my own.toml' config init`", "-c", "my own.toml", "state", "scopes")]
    public async Task A_command_in_a_hint_can_be_copied_to_a_shell(string hint, params string[] command)
    {
        _fixture.Save("global", "k", 1L);

        Assert.Contains(hint, (await _fixture.RunAsync(command)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup|show|\e[31m")]
    [InlineData("state|get|\e[31m")]
    [InlineData("state|get|--\e[31m")]
    [InlineData("bakup\e[31m")]
    public async Task An_argument_in_an_error_cannot_take_over_the_terminal(string command)
    {
        CommandOutcome outcome = await _fixture.RunAsync(command.Split('|'));

        Assert.NotEqual(0, outcome.Code);
        Assert.DoesNotContain('\e', outcome.Error);
    }

    [Theory]
    [InlineData("SCRIPT is empty; name one", "run", "")]
    [InlineData("FOLDER is empty; name one", "man", "")]
    [InlineData("FILE is empty; leave it out, or name one", "state", "export", "")]
    [InlineData("FILE is empty; leave it out, or name one", "state", "import", "")]
    public async Task A_file_or_folder_has_no_empty_name(string message, params string[] command)
    {
        string error = (await _fixture.RunAsync(command)).FailedWith(2);

        Assert.StartsWith($"llmspell: {message}\n", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Theory]
    [InlineData("bakup", "unknown command 'bakup' for llmspell", "Did you mean `llmspell backup`?")]
    [InlineData("backup|creat", "unknown command 'creat' for llmspell backup", "Did you mean `llmspell backup create`?")]
    [InlineData("backup|create|--incremetal", "unknown option '--incremetal' for llmspell backup create", "Did you mean --incremental?")]
    [InlineData("backup|create|--desc|nightly", "unknown option '--desc' for llmspell backup create", "Did you mean --description?")]
    [InlineData("backup|restore|latest|--dry", "unknown option '--dry' for llmspell backup restore", "Did you mean --dry-run?")]
    [InlineData("backup|list|--ouput|json", "unknown option '--ouput' for llmspell backup list", "Did you mean --output?")]
    [InlineData("run|--ouput|json|jobs.lua", "unknown option '--ouput' for llmspell run", "Did you mean --output?")]
    [InlineData("run|--ouput=json|jobs.lua", "unknown option '--ouput=json' for llmspell run", "Did you mean --output?")]
    [InlineData("run|--ouput|--|jobs.lua", "unknown option '--ouput' for llmspell run", "Did you mean --output?")]
    [InlineData("run|--version", "unknown option '--version' for llmspell run", "goes behind --.")]
    [InlineData("exec|-x|print(1)", "unknown option '-x' for llmspell exec", "goes behind --.")]
    [InlineData("list|backups", "unknown command 'list' for llmspell", "Did you mean `llmspell backup list`?")]
    [InlineData("get|state", "unknown command 'get' for llmspell", "Did you mean `llmspell state get`?")]
    [InlineData("restor|latest", "unknown command 'restor' for llmspell", "Did you mean `llmspell backup restore`?")]
    [InlineData("bakup|creat", "unknown command 'bakup' for llmspell", "Did you mean `llmspell backup create`?")]
    [InlineData("backup|delete|x", "unknown command 'delete' for llmspell backup", "Did you mean `llmspell backup cleanup`?")]
    [InlineData("backup|verify|x", "unknown command 'verify' for llmspell backup", "Did you mean `llmspell backup validate`?")]
    [InlineData("config|validate", "unknown command 'validate' for llmspell config", "Did you mean `llmspell config check`?")]
    [InlineData("backup|list|-Q", "unknown option '-Q' for llmspell backup list", "Did you mean -q?")]
    [InlineData("backup|get", "unknown command 'get' for llmspell backup", "Did you mean `llmspell state get`?")]
    [InlineData("bakup|--help", "unknown command 'bakup' for llmspell", "Did you mean `llmspell backup`?")]
    [InlineData("help|bakup", "llmspell has no command 'bakup'", "Did you mean `llmspell help backup`?")]
    [InlineData("help|backup|creat", "llmspell backup has no command 'creat'", "Did you mean `llmspell help backup create`?")]
    [InlineData("help|exit-code", "llmspell has no command 'exit-code'", "Did you mean `llmspell help exit-codes`?")]
    [InlineData("state|scopes|--output|jso", "--output is text or json, not 'jso'", "Did you mean json?")]
    [InlineData("--color|alwas|state|scopes", "--color is auto, always or never, not 'alwas'", "Did you mean always?")]
    [InlineData("backup|show|--lates", "unknown option '--lates' for llmspell backup show", "goes behind --.")]
    [InlineData("state|list|--prefx|a|global", "unknown option '--prefx' for llmspell state list", "Did you mean --prefix?")]
    [InlineData("completion|bsh", "SHELL is bash, zsh or fish, not 'bsh'", "Did you mean bash?")]
    [InlineData("version", "unknown command 'version' for llmspell", "Did you mean `llmspell --version`?")]
    [InlineData("restore|latest", "unknown command 'restore' for llmspell", "Did you mean `llmspell backup restore`?")]
    [InlineData("list", "unknown command 'list' for llmspell", "Did you mean `llmspell state list` or `llmspell backup list`?")]
    [InlineData("--timeout|1|exec|x=1", "the option '--timeout' stands before the command that it belongs to", "`llmspell exec --timeout`")]
    [InlineData("--prefix=a|state|list|global", "the option '--prefix=a' stands before", "`llmspell state list --prefix`")]
    [InlineData("state|delete|--|a|k|--output|json", "unknown argument '--output' for llmspell state delete", "What stands behind -- is no option.")]
    [InlineData("state|delete|--|a|k|extra", "unknown argument 'extra' for llmspell state delete", "`llmspell state delete --help`")]
    [InlineData("state|scopes|extra", "unknown argument 'extra' for llmspell state scopes", "`llmspell state scopes --help`")]
    public async Task A_typo_gets_the_nearest_right_name(string line, string message, string hint)
    {
        string error = (await _fixture.RunAsync(line.Split('|'))).FailedWith(2);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup", "restore", "latest", "-f")]
    [InlineData("backup", "create", "-m", "text")]
    [InlineData("backup", "list", "-o", "json")]
    public async Task A_letter_is_not_taken_for_another(params string[] line)
    {
        Assert.DoesNotContain("Did you mean", (await _fixture.RunAsync(line)).FailedWith(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "llmspell needs a command: run, exec, repl, state, backup, repository, config")]
    [InlineData("backup", "llmspell backup needs a command: create, list")]
    [InlineData("run", "llmspell run needs SCRIPT")]
    [InlineData("state|get|global", "llmspell state get needs KEY")]
    [InlineData("state|scopes|--config", "required argument missing for option: '--config'")]
    [InlineData("--output|xml|state|scopes", "--output is text or json, not 'xml'")]
    public async Task What_is_missing_or_wrong_is_named(string line, string message)
    {
        string error = (await _fixture.RunAsync(line.Split('|', StringSplitOptions.RemoveEmptyEntries))).FailedWith(2);

        Assert.Contains(message, error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_script_without_run_gets_the_command_that_runs_it()
    {
        Assert.DoesNotContain("run jobs.lua", (await _fixture.RunAsync("jobs.lua")).FailedWith(2), StringComparison.Ordinal);

        _fixture.Write("jobs.lua", "print('ran')");
        Assert.Contains("Did you mean `llmspell run jobs.lua`?", (await _fixture.RunAsync("jobs.lua")).FailedWith(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run|job.lua", "Did you mean jobs.lua?")]
    [InlineData("run|jobs", "Did you mean jobs.lua?")]
    [InlineData("run|scripts/nihgtly.lua", "Did you mean scripts/nightly.lua?")]
    [InlineData("run|script/nightly.lua", "There is no folder ")]
    public async Task A_script_that_is_not_there_gets_the_near_name(string line, string hint)
    {
        _fixture.Write("jobs.lua", "");
        _fixture.Write("scripts/nightly.lua", "");

        Assert.Contains(hint, (await _fixture.RunAsync(line.Split('|'))).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_resembles_nothing_gets_no_hint()
    {
        _fixture.Write("jobs.lua", "");

        Assert.DoesNotContain("hint", (await _fixture.RunAsync("run", "unrelated.lua")).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_command_there_are_the_first_steps_on_standard_error()
    {
        string error = (await _fixture.RunAsync()).FailedWith(2);
        Assert.Contains("\n  llmspell run jobs.lua ", error, StringComparison.Ordinal);
        Assert.Contains("`llmspell --help` lists all commands", error, StringComparison.Ordinal);

        Assert.Matches("\n  llmspell backup validate +Read", (await _fixture.RunAsync("backup")).FailedWith(2));
        JsonShape.AssertAsDocumented("error", (await _fixture.RunAsync("--output", "json")).Json);
    }

    [Fact]
    public async Task A_key_that_starts_with_a_hyphen_goes_behind_two()
    {
        _fixture.Save("global", "-key", 1);
        _fixture.Save("global", "-1", 2);

        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "global", "--", "-key")).Done().Output);
        Assert.Equal("2\n", (await _fixture.RunAsync("state", "get", "global", "-1")).Done().Output);
    }

    [Fact]
    public async Task A_script_whose_name_starts_with_a_hyphen_goes_behind_two()
    {
        _fixture.Write("-odd.lua", "print(...)");

        Assert.Equal("--version\n", (await _fixture.RunAsync("run", "--", "-odd.lua", "--version")).Done().Output);
    }

    [Theory]
    [InlineData("run", "  llmspell run [options] <SCRIPT> [<ARGS>...]\n")]
    [InlineData("exec", "  llmspell exec [options] <CODE> [<ARGS>...]\n")]
    public async Task Help_shows_the_options_before_the_script(string command, string usage) =>
        Assert.Contains(usage, (await _fixture.RunAsync(command, "--help")).Done().Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("backup|restore", true)]
    [InlineData("backup|cleanup", true)]
    [InlineData("backup|create", false)]
    [InlineData("state|get", false)]
    public async Task Help_shows_yes_where_something_asks(string command, bool asks) =>
        Assert.Equal(asks, (await _fixture.RunAsync([.. command.Split('|'), "--help"])).Done().Output.Contains("--yes", StringComparison.Ordinal));

    [Fact]
    public void Every_description_begins_with_a_capital()
    {
        Command[] commands = [.. Below(new CommandTree().Root)];
        IEnumerable<string?> descriptions = commands.Select(command => command.Description)
            .Concat(commands.SelectMany(command => command.Options).Select(option => option.Description))
            .Concat(commands.SelectMany(command => command.Arguments).Select(argument => argument.Description));

        Assert.All(descriptions, description => Assert.True(char.IsUpper(description![0]), description));
    }

    [Theory]
    [InlineData("backup|cleanup|--dry-run|false")]
    [InlineData("backup|cleanup|--dry-run=true")]
    [InlineData("backup|cleanup|--trust-clock|true")]
    [InlineData("backup|create|--incremental|false")]
    [InlineData("backup|create|--yes|false")]
    [InlineData("--version|false")]
    public async Task A_flag_takes_no_value(string line) =>
        Assert.Matches("'(true|false)'", (await _fixture.RunAsync(line.Split('|'))).FailedWith(2));

    [Fact]
    public void Every_option_that_is_there_or_not_takes_no_value()
    {
        Option[] flags = [.. Below(new CommandTree().Root).SelectMany(command => command.Options).Where(option => option.ValueType == typeof(bool))];

        Assert.NotEmpty(flags);
        Assert.All(flags, flag => Assert.Equal(ArgumentArity.Zero, flag.Arity));
    }

    [Fact]
    public async Task Help_names_every_command_and_ends_well()
    {
        CommandOutcome help = (await _fixture.RunAsync("--help")).Done();
        foreach (string command in (string[])["run", "exec", "state", "backup", "config", "--config", "--output", "--version"])
        {
            Assert.Contains(command, help.Output, StringComparison.Ordinal);
        }

        CommandOutcome of = (await _fixture.RunAsync("backup", "restore", "--help")).Done();
        Assert.Contains("llmspell backup restore <ID> [options]", of.Output, StringComparison.Ordinal);
        Assert.Empty(of.Error);
    }

    [Fact]
    public async Task The_version_comes_in_both_formats()
    {
        Assert.Matches(@"^llmspell \d+\.\d+\.\d+\n$", (await _fixture.RunAsync("--version")).Done().Output);

        JsonShape.AssertAsDocumented("--version", (await _fixture.RunAsync("--version", "--output", "json")).Done().Json);
    }

    [Fact]
    public async Task With_json_an_error_is_the_one_document_on_standard_output()
    {
        CommandOutcome outcome = await _fixture.RunAsync("--output", "json", "bakup");

        Assert.Equal(2, outcome.Code);
        Assert.Empty(outcome.Error);
        JsonShape.AssertAsDocumented("error", outcome.Json);
        Assert.Equal("usage", outcome.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal(2, outcome.Json.GetProperty("error").GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task A_word_that_starts_with_an_at_sign_is_no_response_file()
    {
        _fixture.Write("words", "--help");

        string error = (await _fixture.RunAsync("state", "get", "global", "@words")).FailedWith(4);
        Assert.Contains("there is no state", error, StringComparison.Ordinal);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
