using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Tests.Configuration;

/// <summary>What stands in files of rs-llmspell and has another name here.</summary>
public sealed class ForeignFileTests : IDisposable
{
    /// <summary>With the names that rs-llmspell's own examples have, and tables of what it does besides.</summary>
    private const string WholeFile = """
        default_engine = "lua"

        [engines.lua]
        stdlib = "Standard"
        max_memory_bytes = 50000000
        enable_debug = false
        timeout_ms = 30000
        security_level = "Privileged"

        [engines.javascript]
        max_memory_bytes = 50000000
        timeout_ms = 30000

        [providers.openai]
        enabled = true
        timeout_seconds = 60

        [runtime]
        max_concurrent_scripts = 10
        script_timeout_seconds = 300

        [runtime.security]
        allow_file_access = true
        allow_network_access = true
        allow_process_spawn = false
        max_memory_bytes = 60000000

        [runtime.state_persistence]
        enabled = true
        backend_type = "sqlite"

        [runtime.state_persistence.backup]
        compression_enabled = true
        compression_type = "gzip"
        compression_level = 6

        [runtime.sessions]
        enabled = true
        storage_backend = "sled"

        [tools.web_search]
        timeout_ms = 1
        security_level = "Safe"
        """;

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_whole_file_works_as_it_stands_and_its_limits_hold()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText(WholeFile);

        Assert.Equal(TimeSpan.FromSeconds(30), configuration.Lua.Limits.Time);
        Assert.Equal(50_000_000, configuration.Lua.Limits.MemoryBytes);
        Assert.Equal(LuaLibraries.Full, configuration.Lua.Libraries);
        Assert.False(configuration.Lua.Sandbox);
        Assert.False(configuration.Lua.AllowProcesses);
        Assert.Equal(CompressionKind.Zstd, configuration.Backup.Compression);
        ConfigurationProblem notice = Assert.Single(configuration.Notices);
        Assert.Equal("compression_type = \"gzip\": zstd is used", notice.Message);
    }

    [Theory]
    [InlineData("stdlib = \"None\"", LuaLibraries.None)]
    [InlineData("stdlib = \"basic\"", LuaLibraries.Basic)]
    [InlineData("stdlib = \"All\"", LuaLibraries.Full)]
    [InlineData("stdlib = \"full\"", LuaLibraries.Full)]
    [InlineData("stdlib = \"All\"\nstdlib_level = \"basic\"", LuaLibraries.Basic)]
    [InlineData("stdlib = \"None\"\nstdlib_level = \"full\"", LuaLibraries.None)]
    internal void Of_two_names_for_the_libraries_the_one_that_leaves_out_more_counts(string lines, LuaLibraries libraries)
    {
        Assert.Equal(libraries, _fixture.LoadText($"[engines.lua]\n{lines}\n").Lua.Libraries);
    }

    [Fact]
    public void The_smallest_of_the_limits_counts()
    {
        ScriptLimits limits = _fixture.LoadText("""
            [engines.lua]
            memory_limit = 3000000
            max_memory_bytes = 0
            timeout_ms = 5000
            [runtime.security]
            max_memory_bytes = 2000000
            max_execution_time_ms = 4000
            """).Lua.Limits;

        Assert.Equal(2_000_000, limits.MemoryBytes);
        Assert.Equal(TimeSpan.FromSeconds(4), limits.Time);
    }

    [Fact]
    public void The_safe_level_is_the_sandbox_and_a_notice_says_so()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("[engines.lua]\nsecurity_level = \"Safe\"\n");

        Assert.True(configuration.Lua.Sandbox);
        Assert.Contains("sandbox_mode = true", Assert.Single(configuration.Notices).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_such_name_has_is_an_error()
    {
        Assert.Equal("stdlib = \"safe\" is unknown", _fixture.ProblemOf("[engines.lua]\nstdlib = \"safe\"\n").Message);
        Assert.Contains("too little", _fixture.ProblemOf("[engines.lua]\nmax_memory_bytes = 5\n").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_advised_to_write_such_a_name()
    {
        Assert.Equal(
            "Known keys: stdlib_level, sandbox_mode, memory_limit, max_instructions, path.",
            _fixture.ProblemOf("[engines.lua]\nqwertz = 1\n").Hint);
        Assert.DoesNotContain("security_level", ConfigurationTemplate.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain(_fixture.LoadText("").Values, value => value.Setting.Name == "timeout_ms");
    }
}
