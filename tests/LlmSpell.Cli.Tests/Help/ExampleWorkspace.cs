using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Processes;

namespace LlmSpell.Cli.Tests.Help;

/// <summary>A folder in which the examples of the help can be run: it has a script, some state, two backups and other configurations.</summary>
internal sealed class ExampleWorkspace : IDisposable
{
    private const string ExampleBackup = "20260301-120000-abcdefgh";

    private readonly CommandLineFixture _fixture = new();
    private string _backup = "";

    public CommandLineFixture Fixture => _fixture;

    /// <param name="configuration">What stands in the folder's configuration; null: there is none.</param>
    public static async Task<ExampleWorkspace> CreateAsync(string? configuration = null)
    {
        var workspace = new ExampleWorkspace();
        CommandLineFixture fixture = workspace._fixture;
        if (configuration is not null)
        {
            fixture.Write("llmspell.toml", configuration);
        }

        fixture.Environment["HOME"] = fixture.Folder;
        fixture.Write("jobs.lua", "State.save('agent:jobs', 'ran', true)");
        fixture.Write("other.toml", "");
        fixture.Write("other/llmspell.toml", "");
        fixture.Write("sqlite.toml", "");
        fixture.Write("rocksdb.toml", "[runtime.state_persistence]\nbackend_type = \"rocksdb\"\n");
        fixture.Save("global", "greeting", "hello");
        fixture.Save("user:1", "name", "Ada");
        fixture.Save("user:1", "photo", "not quite a photo");
        fixture.Save("session:42", "turn", 1);
        workspace._backup = (await fixture.RunAsync("backup", "create")).Done().Output.Trim();
        fixture.Save("global", "greeting", "hello again");
        (await fixture.RunAsync("backup", "create", "--incremental")).Done();
        // Examples that ask are answered.
        fixture.IsTerminal = true;
        fixture.Input = "y\n";
        return workspace;
    }

    /// <summary>Every example of the tree with the command whose help has it.</summary>
    public static IEnumerable<(string Command, Example Example)> All()
    {
        var tree = new CommandTree();
        return CommandNames.Visible(tree.Root).Select(command => CommandHelp.Of(tree, command)).SelectMany(page => page.Examples.Select(example => (page.Name, example)));
    }

    public async Task<CommandOutcome> RunAsync(string line)
    {
        // A crontab's line begins with the time, and a folder that is not here.
        line = line.Replace("0 * * * * cd /srv/agent && ", "", StringComparison.Ordinal).Replace(ExampleBackup, _backup, StringComparison.Ordinal);
        if (!ShellLine.NeedsShell(line))
        {
            return await RunAsync(ShellLine.Calls(line).Single());
        }

        string script = $"llmspell() {{ $LLMSPELL \"$@\"; }}; set -eo pipefail; HOME=$PWD TOKEN=secret; {line}";
        (int code, string output, string error) = await CommandLineProcess.Shell(_fixture.Folder, script).EndAsync();
        return new CommandOutcome(code, output, error);
    }

    public async Task<CommandOutcome> RunAsync(string[] arguments)
    {
        if (arguments.Contains("import"))
        {
            (await _fixture.RunAsync("state", "export", "state.ndjson")).Done();
        }

        if (arguments.Contains("undo-restore"))
        {
            (await _fixture.RunAsync("state", "set", "global", "written after the backup", "1")).Done();
            (await _fixture.RunAsync("backup", "restore", "latest")).Done();
        }

        return await RunAloneAsync(arguments);
    }

    /// <summary>Runs a command without what an example may need before it.</summary>
    public Task<CommandOutcome> RunAloneAsync(string[] arguments) => _fixture.RunAsync([.. arguments.Select(Localized)]);

    private string Localized(string argument) => argument
        .Replace("~/", $"{_fixture.Folder}/", StringComparison.Ordinal).Replace(ExampleBackup, _backup, StringComparison.Ordinal);

    public void Dispose() => _fixture.Dispose();
}
