using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Lua;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class ReadingValuesTests : IDisposable
{
    /// <summary>As it stands in users' files.</summary>
    private const string UsersFile = """
        [runtime.state_persistence]
        enabled = true
        backend_type = "sled"  # or "rocksdb" for persistent storage

        [runtime.state_persistence.backup]
        backup_dir = "./backups"
        compression_enabled = true
        compression_type = "zstd"
        compression_level = 3
        incremental_enabled = true
        max_backups = 10
        max_backup_age = 2592000  # 30 days in seconds
        """;

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_file_that_users_have_works_unchanged()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText(UsersFile);

        Assert.True(configuration.State.Enabled);
        Assert.Equal(BackendKind.Sqlite, configuration.State.Backend);
        Assert.Equal(Path.Combine(_fixture.Folder, "backups"), configuration.Backup.Folder);
        Assert.Equal(CompressionKind.Zstd, configuration.Backup.Compression);
        Assert.Equal(3, configuration.Backup.CompressionLevel);
        Assert.True(configuration.Backup.IncrementalEnabled);
        Assert.Equal(10, configuration.Backup.MaxBackups);
        Assert.Equal(TimeSpan.FromDays(30), configuration.Backup.MaxBackupAge);
    }

    [Fact]
    public void Sled_is_the_embedded_default_and_a_notice_says_so()
    {
        ConfigurationProblem notice = Assert.Single(_fixture.LoadText(UsersFile).Notices);

        Assert.Equal(ProblemSeverity.Notice, notice.Severity);
        Assert.Equal("llmspell.toml:3:16", notice.Location);
        Assert.Equal("runtime.state_persistence.backend_type", notice.Key);
        Assert.Contains("the embedded default, sqlite, is used", notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_backend_that_the_users_file_names_is_taken_without_a_notice()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText(UsersFile.Replace("\"sled\"", "\"rocksdb\"", StringComparison.Ordinal));

        Assert.Empty(configuration.Notices);
        Assert.Equal(BackendKind.RocksDb, configuration.State.Backend);
        Assert.Equal(64L << 20, configuration.State.CacheBytes);
    }

    [Fact]
    public void A_backend_that_comes_later_is_an_error_that_says_so_and_what_to_set_now()
    {
        ConfigurationProblem problem = _fixture.ProblemOf(UsersFile.Replace("\"sled\"", "\"postgres\"", StringComparison.Ordinal));

        Assert.Equal("llmspell.toml:3:16", problem.Location);
        Assert.Contains("not supported yet", problem.Message, StringComparison.Ordinal);
        Assert.Contains("backend_type = \"sqlite\"", problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_state_arrives_typed_with_its_origin()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("""
            [runtime]
            state_persistence.enabled = false
            [runtime.state_persistence.backup]
            compression_type = "lz4"
            incremental_enabled = false
            full_backup_interval = 86_400
            """);
        Assert.False(configuration.State.Enabled);
        Assert.Equal(CompressionKind.Lz4, configuration.Backup.Compression);
        Assert.False(configuration.Backup.IncrementalEnabled);
        Assert.Equal(TimeSpan.FromDays(1), configuration.Backup.FullBackupInterval);

        configuration = _fixture.LoadText("""
            [runtime.state_persistence]
            backend_type = "memory"
            max_state_size_bytes = 0x400
            busy_timeout_ms = 5
            flush_interval_ms = 250
            durability = "strict"
            cache_size_mb = 1_048_576
            backup_enabled = false
            """);
        Assert.Equal(BackendKind.Memory, configuration.State.Backend);
        Assert.Equal(1024, configuration.State.MaxValueBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(5), configuration.State.BusyTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), configuration.State.FlushInterval);
        Assert.Equal(StateDurability.Strict, configuration.State.Durability);
        Assert.Equal(1L << 40, configuration.State.CacheBytes);
        Assert.False(configuration.Backup.Enabled);

        SettingValue busy = Assert.Single(configuration.Values, value => value.Setting.Name == "busy_timeout_ms");
        Assert.Equal(5L, busy.Value);
        Assert.Equal("llmspell.toml:4:1", busy.Origin);
        Assert.Null(Assert.Single(configuration.Values, value => value.Setting.Name == "backup_dir").Origin);
    }

    [Fact]
    public void Inline_tables_and_dotted_keys_are_the_same_as_sections()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText(
            "runtime.state_persistence = { busy_timeout_ms = 7, backup = { max_backups = 3 } }\n");

        Assert.Equal(TimeSpan.FromMilliseconds(7), configuration.State.BusyTimeout);
        Assert.Equal(3, configuration.Backup.MaxBackups);
    }

    [Theory]
    [InlineData("compression_enabled = false")]
    [InlineData("compression_type = \"none\"")]
    public void Two_ways_say_no_compression(string line) =>
        Assert.Equal(CompressionKind.None, _fixture.LoadText($"[runtime.state_persistence.backup]\n{line}\n").Backup.Compression);

    [Fact]
    public void Zero_lifts_a_limit()
    {
        BackupConfiguration backup = _fixture.LoadText(
            "[runtime.state_persistence.backup]\nmax_backups = 0\nmax_backup_age = 0\nfull_backup_interval = 0\n").Backup;

        Assert.Null(backup.MaxBackups);
        Assert.Null(backup.MaxBackupAge);
        Assert.Null(backup.FullBackupInterval);
    }

    [Fact]
    public void A_level_without_zstd_is_a_notice()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText(
            "[runtime.state_persistence.backup]\ncompression_type = \"lz4\"\ncompression_level = 9\n");

        Assert.Equal("llmspell.toml:3:1", Assert.Single(configuration.Notices).Location);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_fine()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("\uFEFF[runtime.state_persistence]\r\nbusy_timeout_ms = 1\r\n");

        Assert.Equal(TimeSpan.FromMilliseconds(1), configuration.State.BusyTimeout);
    }

    [Theory]
    [InlineData("migration_enabled = true")]
    [InlineData("backup_on_migration = true")]
    [InlineData("schema_version = 2")]
    [InlineData("schema_directory = \"./schemas\"")]
    public void What_is_not_built_and_loosens_nothing_is_a_notice(string line)
    {
        ConfigurationProblem notice = Assert.Single(_fixture.LoadText($"[runtime.state_persistence]\n{line}\n").Notices);

        Assert.Equal(2, notice.Place?.Line);
        Assert.Contains("not built yet", notice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runtime.state_persistence.backup", "encryption_enabled = true")]
    public void What_promises_protection_that_is_not_there_is_an_error(string section, string line)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[{section}]\n{line}\n");

        Assert.Equal(2, problem.Place?.Line);
        Assert.StartsWith(section, problem.Key, StringComparison.Ordinal);
        Assert.Contains("not supported yet", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(problem.Hint);
    }

    [Fact]
    public void What_scripts_may_do_and_use_is_read()
    {
        LuaConfiguration lua = _fixture.LoadText("""
            [engines.lua]
            stdlib_level = "basic"
            sandbox_mode = true
            memory_limit = 52428800
            max_instructions = 1000000
            path = "./lua/?.lua; /opt/lua/?.lua"
            [runtime.security]
            allow_file_access = false
            allow_process_spawn = false
            allow_network_access = false
            max_memory_bytes = 10485760
            max_execution_time_ms = 300000
            """).Lua;

        Assert.Equal(LuaLibraries.Basic, lua.Libraries);
        Assert.True(lua.Sandbox);
        Assert.False(lua.AllowFileAccess);
        Assert.False(lua.AllowProcesses);
        Assert.Equal($"{Path.Combine(_fixture.Folder, "lua/?.lua")};/opt/lua/?.lua", lua.ModulePath);
        Assert.Equal(new ScriptLimits(TimeSpan.FromMinutes(5), 10_485_760, 1_000_000), lua.Limits);
    }

    [Theory]
    [InlineData(20_971_520, 0, 20_971_520L)]
    [InlineData(0, 20_971_520, 20_971_520L)]
    [InlineData(20_971_520, 10_485_760, 10_485_760L)]
    [InlineData(0, 0, null)]
    public void Of_two_limits_of_memory_the_smaller_counts(long lua, long security, long? limit)
    {
        string text = $"[engines.lua]\nmemory_limit = {lua}\n[runtime.security]\nmax_memory_bytes = {security}\n";

        Assert.Equal(limit, _fixture.LoadText(text).Lua.Limits.MemoryBytes);
    }

    [Theory]
    [InlineData("engines.lua", "memory_limit = 65536")]
    [InlineData("runtime.security", "max_memory_bytes = 1048575")]
    public void A_limit_too_small_for_Lua_itself_is_refused(string section, string line) =>
        Assert.Contains("too little", _fixture.ProblemOf($"[{section}]\n{line}\n").Message, StringComparison.Ordinal);

    [Fact]
    public void Denying_the_network_alone_would_be_an_empty_promise()
    {
        ConfigurationProblem problem = _fixture.ProblemOf("[runtime.security]\nallow_network_access = false\n");

        Assert.Equal("llmspell.toml:2:1", problem.Location);
        Assert.Contains("allow_process_spawn", problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void What_says_how_it_is_anyway_passes_without_a_word()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("""
            [runtime.state_persistence]
            migration_enabled = false
            [runtime.state_persistence.backup]
            encryption_enabled = false
            [engines.lua]
            stdlib_level = "full"
            sandbox_mode = false
            memory_limit = 0
            [runtime.security]
            allow_file_access = true
            allow_process_spawn = true
            max_memory_bytes = 0
            """);

        Assert.Empty(configuration.Notices);
    }

    [Fact]
    public void Sections_of_other_concerns_are_ignored()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("""
            default_engine = "lua"
            [providers]
            default_provider = "openai"
            [providers.openai]
            model = "gpt-4"
            [engines.javascript]
            strict_mode = true
            [engines.luau]
            x = 1
            [runtime]
            max_concurrent_scripts = 10
            [runtime.sessions]
            enabled = true
            storage_backend = "memory"
            [runtime.memory]
            enabled = true
            [[hooks]]
            name = "a"
            [[hooks]]
            name = "b"
            [rag.vector_storage.hnsw]
            m = 16
            """);

        Assert.Empty(configuration.Notices);
    }

    [Fact]
    public void Sections_of_other_concerns_may_have_settings_that_are_called_like_ours()
    {
        LlmSpellConfiguration configuration = _fixture.LoadText("""
            [engines.javascript]
            memory_limit = 67108864
            [engines.luau]
            strict_mode = true
            [lua]
            path = "./scripts"
            [logging]
            path = "llmspell.log"
            max_backups = 5
            [logging.security]
            enabled = true
            [rag.backup]
            enabled = true
            [rag.embeddings]
            cache_size_mb = 100
            [resources.profiles.strict]
            max_memory_bytes = 1048576
            [runtime.sessions]
            backend_type = "sled"
            [security.sandboxing.process]
            memory_limit = "512MB"
            [state]
            enabled = true
            backup_enabled = true
            encryption_enabled = true
            schema_version = 1
            [storage.sqlite]
            path = "./other.db"
            [tools.file_operations.security]
            enabled = true
            [telemetry]
            flush_interval_ms = 5000
            compression_type = "gzip"
            """);

        Assert.Empty(configuration.Notices);
    }
}
