using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class FindingMistakesTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("runtime.state_persistence", "backend_typ = \"sqlite\"", "Did you mean backend_type?")]
    [InlineData("runtime.state_persistence", "Enabled = true", "Did you mean enabled?")]
    [InlineData("runtime.state_persistence", "busy-timeout-ms = 1", "Did you mean busy_timeout_ms?")]
    [InlineData("runtime.state_persistence", "max_backups = 1", "It belongs in [runtime.state_persistence.backup].")]
    [InlineData("runtime.state_persistence", "wholly_other = 1", "Known keys: enabled, backend_type, path")]
    [InlineData("runtime.state_persistence.backup", "max_bakcups = 1", "Did you mean max_backups?")]
    [InlineData("runtime.state_persistence.backup", "backup_directory = \"b\"", "Did you mean backup_dir?")]
    [InlineData("engines.lua", "stdlib_levl = \"full\"", "Did you mean stdlib_level?")]
    [InlineData("runtime.security", "allow_proces_spawn = true", "Did you mean allow_process_spawn?")]
    public void An_unknown_key_in_our_sections_is_an_error_with_the_nearest_right_name(string section, string line, string hint)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"# a comment\n[{section}]\n  {line}\n");

        Assert.Equal("llmspell.toml:3:3", problem.Location);
        Assert.Equal(ProblemSeverity.Error, problem.Severity);
        Assert.StartsWith($"unknown key {line[..line.IndexOf(' ', StringComparison.Ordinal)]} in [{section}]", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(hint, problem.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[runtime.state_persistance]", "[runtime.state_persistence]")]
    [InlineData("[runtime.state_persistence.backups]", "[runtime.state_persistence.backup]")]
    [InlineData("[runtime.state_persistance.backup]", "[runtime.state_persistence.backup]")]
    [InlineData("[Runtime.State_Persistence]", "[runtime.state_persistence]")]
    [InlineData("[runtime.state-persistence]", "[runtime.state_persistence]")]
    [InlineData("[state_persistence]", "[runtime.state_persistence]")]
    [InlineData("[state_persistence.backup]", "[runtime.state_persistence.backup]")]
    [InlineData("[engine.lua]", "[engines.lua]")]
    [InlineData("[engines.Lua]", "[engines.lua]")]
    [InlineData("[runtime.securty]", "[runtime.security]")]
    public void A_misspelt_section_is_found_once(string header, string meant)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"{header}\nenabled = true\npath = \"x\"\n");

        Assert.Equal("llmspell.toml:1:2", problem.Location);
        Assert.Equal($"unknown section {header}", problem.Message);
        Assert.Equal($"Did you mean {meant}?", problem.Hint);
    }

    [Fact]
    public void A_misspelt_section_is_found_in_dotted_keys_and_inline_tables_too()
    {
        Assert.Equal("Did you mean [runtime.state_persistence]?", _fixture.ProblemOf("[runtime]\nstate_persistance.enabled = true\n").Hint);
        Assert.Equal("Did you mean [runtime.state_persistence.backup]?", _fixture.ProblemOf(
            "[runtime.state_persistence]\nbackups = { max_backups = 1 }\n").Hint);
    }

    [Fact]
    public void An_unknown_table_inside_ours_is_an_error()
    {
        ConfigurationProblem problem = _fixture.ProblemOf("[runtime.state_persistence.retention]\nkeep = 3\n");

        Assert.Equal("unknown table retention in [runtime.state_persistence]", problem.Message);
    }

    [Theory]
    [InlineData("enabled = \"yes\"", "enabled is the string \"yes\"", "Allowed: true or false.")]
    [InlineData("enabled = 1", "enabled is the number 1", "Allowed: true or false.")]
    [InlineData("path = true", "path is true", "Allowed: the path of a folder.")]
    [InlineData("path = \"\"", "path is the string \"\"", "Allowed: the path of a folder.")]
    [InlineData("busy_timeout_ms = \"30s\"", "busy_timeout_ms is the string \"30s\"", "Allowed: a whole number of milliseconds from 0 to 86400000.")]
    [InlineData("busy_timeout_ms = 1.5", "busy_timeout_ms is the decimal number 1.5", "Allowed: a whole number of milliseconds from 0 to 86400000.")]
    [InlineData("busy_timeout_ms = -1", "busy_timeout_ms is the number -1", "Allowed: a whole number of milliseconds from 0 to 86400000.")]
    [InlineData("max_state_size_bytes = 67108865", "max_state_size_bytes is the number 67108865", "Allowed: a whole number of bytes from 1 to 67108864.")]
    [InlineData("flush_interval_ms = 2024-01-01", "flush_interval_ms is the date 2024-01-01", "Allowed: a whole number of milliseconds from 1 to 3600000.")]
    [InlineData("durability = [\"strict\"]", "durability is the list [\"strict\"]", "Allowed: \"normal\" or \"strict\".")]
    [InlineData("durability = \"Strict\"", "durability = \"Strict\" is unknown", "Did you mean \"strict\"? Allowed: \"normal\" or \"strict\".")]
    [InlineData("cache_size_mb = 0", "cache_size_mb is the number 0", "Allowed: a whole number of MiB from 1 to 1048576.")]
    [InlineData("cache_size_mb = 1048577", "cache_size_mb is the number 1048577", "Allowed: a whole number of MiB from 1 to 1048576.")]
    [InlineData("backend_type = \"rocks\"", "backend_type = \"rocks\" is unknown", "Did you mean \"rocksdb\"? Allowed: \"sqlite\", \"rocksdb\" or \"memory\".")]
    [InlineData("backend_type = \"sqlit\"", "backend_type = \"sqlit\" is unknown", "Did you mean \"sqlite\"? Allowed: \"sqlite\", \"rocksdb\" or \"memory\".")]
    [InlineData("backend_type = \"file\"", "backend_type = \"file\" is unknown", "Allowed: \"sqlite\", \"rocksdb\" or \"memory\".")]
    public void A_value_of_the_wrong_type_or_range_is_named_with_what_is_allowed(string line, string message, string hint)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[runtime.state_persistence]\n{line}\n");

        Assert.Equal($"llmspell.toml:2:{line.IndexOf('=', StringComparison.Ordinal) + 3}", problem.Location);
        Assert.Equal(message, problem.Message);
        Assert.Equal(hint, problem.Hint);
    }

    [Theory]
    [InlineData("compression_level = 0")]
    [InlineData("compression_level = 20")]
    [InlineData("compression_type = \"brotli\"")]
    [InlineData("max_backups = -1")]
    [InlineData("max_backup_age = -1")]
    [InlineData("full_backup_interval = \"1d\"")]
    public void Limits_of_backups_are_checked(string line)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[runtime.state_persistence.backup]\n{line}\n");

        Assert.StartsWith("Allowed: ", problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_where_a_value_belongs_and_a_value_where_a_table_belongs_are_named()
    {
        Assert.Equal("enabled is a table", _fixture.ProblemOf("[runtime.state_persistence.enabled]\nx = 1\n").Message);
        Assert.Equal("enabled is a table", _fixture.ProblemOf("[runtime.state_persistence]\nenabled = { x = 1 }\n").Message);
        Assert.Equal("Write it as a section: [runtime.state_persistence].", _fixture.ProblemOf("[runtime]\nstate_persistence = true\n").Hint);
        Assert.Equal("Write [runtime.state_persistence].", _fixture.ProblemOf("[[runtime.state_persistence]]\nenabled = true\n").Hint);
    }

    [Fact]
    public void A_key_or_section_that_stands_twice_names_both_lines()
    {
        ConfigurationProblem key = _fixture.ProblemOf("[runtime.state_persistence]\nenabled = true\n\nenabled = true\n");
        Assert.Equal("llmspell.toml:4:1", key.Location);
        Assert.EndsWith("the first is in line 2", key.Message, StringComparison.Ordinal);

        ConfigurationProblem section = _fixture.ProblemOf("[runtime.state_persistence]\nenabled = true\n[runtime.state_persistence]\npath = \"a\"\n");
        Assert.Equal("llmspell.toml:3:2", section.Location);
        Assert.EndsWith("the first is in line 1", section.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[runtime.state_persistence]\nenabled = tru\n", 2)]
    [InlineData("[runtime.state_persistence\nenabled = true\n", 1)]
    [InlineData("[runtime.state_persistence]\npath = /srv/state\n", 2)]
    [InlineData("[runtime.state_persistence]\nenabled = true backup_enabled = true\n", 2)]
    [InlineData("[providers]\nname = \"open\n", 2)]
    public void A_mistake_of_syntax_has_its_line(string text, int line)
    {
        ConfigurationProblem problem = _fixture.ProblemsOf(text)[0];

        Assert.Equal(line, problem.Place?.Line);
    }

    [Fact]
    public void Nesting_without_end_is_a_problem_not_a_crash()
    {
        string text = $"a = {new string('[', 100_000)}";

        Assert.Contains("not readable as TOML", _fixture.ProblemOf(text).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_come_at_once_in_the_order_of_the_file()
    {
        IReadOnlyList<ConfigurationProblem> problems = _fixture.ProblemsOf("""
            [runtime.state_persistence]
            backend_type = "sled"
            enabeld = true
            durability = "hard"
            path = = "x"
            [runtime.state_persistence.backup]
            compression_level = 99
            [runtime.securty]
            allow_file_access = false
            [engines.lua]
            sandbox_mode = "yes"
            """);

        Assert.Equal([2, 3, 4, 5, 7, 8, 11], problems.Select(problem => problem.Place?.Line ?? 0));
        Assert.Equal(ProblemSeverity.Notice, problems[0].Severity);
        Assert.All(problems.Skip(1), problem => Assert.Equal(ProblemSeverity.Error, problem.Severity));
    }

    [Fact]
    public void Backups_in_the_folder_of_the_state_are_refused()
    {
        ConfigurationProblem problem = _fixture.ProblemOf(
            "[runtime.state_persistence]\npath = \"data\"\n[runtime.state_persistence.backup]\nbackup_dir = \"./data/\"\n");

        Assert.Equal("llmspell.toml:4:1", problem.Location);
        Assert.Contains("the same folder", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_ours_before_the_first_section_is_an_error()
    {
        ConfigurationProblem problem = _fixture.ProblemOf("max_backups = 3\n");

        Assert.Equal("max_backups stands before the first section, where nothing reads it", problem.Message);
        Assert.Equal("Move it under [runtime.state_persistence.backup].", problem.Hint);
    }

    [Theory]
    [InlineData("security", "allow_process_spawn = false", "runtime.security")]
    [InlineData("security", "max_memory_bytes = 1048576", "runtime.security")]
    [InlineData("security.sandboxing", "allow_file_access = false", "runtime.security")]
    [InlineData("runtime", "allow_network_access = false", "runtime.security")]
    [InlineData("runtime.limits", "max_execution_time_ms = 1000", "runtime.security")]
    [InlineData("tools", "sandbox_mode = true", "engines.lua")]
    [InlineData("lua", "memory_limit = 1048576", "engines.lua")]
    [InlineData("runtime.lua", "stdlib_level = \"none\"", "engines.lua")]
    [InlineData("engines", "max_instructions = 1", "engines.lua")]
    [InlineData("backup", "max_backups = 3", "runtime.state_persistence.backup")]
    [InlineData("runtime.backup", "encryption_enabled = true", "runtime.state_persistence.backup")]
    [InlineData("runtime.backups", "keep_daily = 7", "runtime.state_persistence.backup")]
    [InlineData("retention", "keep_daily = 7", "runtime.state_persistence.backup")]
    [InlineData("state", "max_state_size_bytes = 1", "runtime.state_persistence")]
    public void A_setting_of_ours_in_a_section_that_nothing_reads_is_an_error_that_names_both(string section, string line, string meant)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[{section}]\nenabled = true\n{line}\n");

        string name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        Assert.Equal(("llmspell.toml:3:1", $"{section}.{name}"), (problem.Location, problem.Key));
        Assert.Equal($"{name} stands in [{section}], where nothing reads it", problem.Message);
        Assert.Equal($"Move it under [{meant}].", problem.Hint);
    }

    [Theory]
    [InlineData("engines.luaa", "sandbox_mode = true", "engines.lua")]
    [InlineData("engines.lau", "path = \"./lua/?.lua\"", "engines.lua")]
    [InlineData("engins.luau", "sandbox_mod = true", "engines.lua")]
    [InlineData("rntme.security", "allow_process_spawn = false", "runtime.security")]
    public void A_section_that_is_misspelt_badly_is_known_by_what_stands_in_it(string section, string line, string meant)
    {
        ConfigurationProblem problem = _fixture.ProblemsOf($"[{section}]\nother = 1\n{line}\n")[0];

        Assert.Equal("llmspell.toml:1:2", problem.Location);
        Assert.Contains(meant, problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_reads_as_one_line_with_place_cause_and_remedy() =>
        Assert.Equal(
            "llmspell.toml:2:1: unknown key enabeld in [runtime.state_persistence]. Did you mean enabled?",
            _fixture.ProblemOf("[runtime.state_persistence]\nenabeld = true\n").ToString());
}
