using LlmSpell.Cli.Tests.Commands;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Backends;

/// <summary>A folder whose configuration keeps its state in RocksDB, and that does not wait for others.</summary>
internal sealed class RocksDbFixture : IDisposable
{
    public const string Configuration = "[runtime.state_persistence]\nbackend_type = \"rocksdb\"\nbusy_timeout_ms = 20\n";

    public RocksDbFixture()
    {
        Commands.Write("llmspell.toml", Configuration);
        Commands.Write("sqlite.toml", "");
    }

    public CommandLineFixture Commands { get; } = new();

    public string StateFolder => Path.Combine(Commands.Folder, ".llmspell");

    public string Store => Path.Combine(StateFolder, "state.rocksdb");

    public Task<CommandOutcome> RunAsync(params string[] arguments) => Commands.RunAsync(arguments);

    /// <summary>Holds the state as another process would.</summary>
    public StateStore Hold() => Commands.OpenStore();

    public async Task<string> GetAsync(string scope, string key) => (await RunAsync("state", "get", scope, key)).Done().Output.TrimEnd('\n');

    public void Dispose() => Commands.Dispose();
}
