using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class RetentionSettingsTests : IDisposable
{
    private const string Section = "[runtime.state_persistence.backup]\n";

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_rules_are_read_and_zero_is_no_limit_but_keeps_none()
    {
        BackupConfiguration read = _fixture.LoadText(
            $"{Section}max_backups = 0\nmax_backup_age = 60\nmax_total_size = 10_000_000_000\nkeep_last = 1\nkeep_hourly = 2\nkeep_daily = 3\nkeep_weekly = 4\nkeep_monthly = 5\nkeep_yearly = 0\n").Backup;

        Assert.Null(read.MaxBackups);
        Assert.Equal(TimeSpan.FromMinutes(1), read.MaxBackupAge);
        Assert.Equal(10_000_000_000, read.MaxTotalSize);
        Assert.Equal(new KeepConfiguration(1, 2, 3, 4, 5, 0), read.Keep);
    }

    [Fact]
    public void Limits_have_their_defaults_only_where_no_keep_rule_is_written()
    {
        Assert.Equal(10, _fixture.LoadText("").Backup.MaxBackups);
        LlmSpellConfiguration keep = _fixture.LoadText($"{Section}keep_daily = 7\n");
        Assert.Null(keep.Backup.MaxBackups);
        Assert.Null(keep.Backup.MaxBackupAge);
        Assert.Equal(0L, keep.Values.Single(setting => setting.Setting.Name == "max_backups").Value);
        Assert.Equal(10, _fixture.LoadText($"{Section}keep_daily = 7\nmax_backups = 10\n").Backup.MaxBackups);
    }

    [Theory]
    [InlineData("keep_last = 0\n", 2)]
    [InlineData("max_backups = 0\nmax_backup_age = 0\nkeep_daily = 0\nkeep_last = 0\n", 5)]
    public void Rules_that_would_remove_every_backup_are_refused(string rules, int line)
    {
        ConfigurationProblem problem = _fixture.ProblemOf(Section + rules);

        Assert.Equal("runtime.state_persistence.backup.keep_last", problem.Key);
        Assert.Equal(line, problem.Place?.Line);
        Assert.Contains("every backup would be removed", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_beside_another_rule_is_no_mistake()
    {
        _fixture.LoadText($"{Section}keep_last = 0\nkeep_daily = 1\n");
        _fixture.LoadText($"{Section}keep_last = 0\nmax_backups = 10\n");
    }

    [Fact]
    public void Slips_name_the_line_and_the_nearest_right_name()
    {
        ConfigurationProblem unknown = _fixture.ProblemOf($"{Section}keep_dayly = 7\n");
        Assert.Equal(2, unknown.Place?.Line);
        Assert.Equal("Did you mean keep_daily?", unknown.Hint);
        Assert.Contains("a whole number of days from 0 to 1000000", _fixture.ProblemOf($"{Section}keep_daily = -1\n").Hint, StringComparison.Ordinal);
        Assert.Contains("a whole number of bytes", _fixture.ProblemOf($"{Section}max_total_size = \"1G\"\n").Hint, StringComparison.Ordinal);
    }
}
