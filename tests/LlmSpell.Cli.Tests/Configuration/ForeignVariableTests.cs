using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class ForeignVariableTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("LLMSPELL_STATE_BACKEND", "memory", "Set backend_type in [runtime.state_persistence] of the configuration file.")]
    [InlineData("LLMSPELL_STATE_BACKUP_DIR", "/srv", "Set backup_dir in [runtime.state_persistence.backup] of the configuration file.")]
    [InlineData("LLMSPELL_ALLOW_FILE_ACCESS", "true", "Set allow_file_access in [runtime.security] of the configuration file.")]
    [InlineData("LLMSPELL_SCRIPT_TIMEOUT_SECONDS", "5", "Set max_execution_time_ms in [runtime.security] of the configuration file.")]
    public void A_variable_that_nothing_reads_gets_a_notice(string name, string value, string hint)
    {
        _fixture.Environment[name] = value;

        ConfigurationProblem notice = Assert.Single(_fixture.Load().Notices);

        Assert.Equal($"the variable {name} is set, and nothing reads it", notice.Message);
        Assert.Equal(hint, notice.Hint);
    }

    [Theory]
    [InlineData("LLMSPELL_ALLOW_FILE_ACCESS", "false", "[runtime.security]\nallow_file_access = false\n")]
    [InlineData("LLMSPELL_ALLOW_PROCESS_SPAWN", "FALSE", "[runtime.security]\nallow_process_spawn = false\n")]
    [InlineData("LLMSPELL_ALLOW_NETWORK_ACCESS", "0", "[runtime.security]\nallow_process_spawn = false\n")]
    [InlineData("LLMSPELL_ALLOW_PROCESS_SPAWN", "no", "[engines.lua]\nsandbox_mode = true\n")]
    public void A_protection_that_only_a_variable_asks_for_is_an_error(string name, string value, string protection)
    {
        _fixture.Environment[name] = value;

        Assert.Contains($"the variable {name} is {value}, and nothing reads it", _fixture.ProblemOf("").Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.LoadText(protection).Notices);
    }
}
