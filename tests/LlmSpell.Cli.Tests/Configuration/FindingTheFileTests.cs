using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class FindingTheFileTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Without_any_file_the_defaults_apply_to_the_working_folder()
    {
        LlmSpellConfiguration configuration = _fixture.Load();

        Assert.Null(configuration.Source.File);
        Assert.Equal(Path.Combine(_fixture.Folder, ".llmspell"), configuration.State.Folder);
        Assert.Equal(Path.Combine(_fixture.Folder, "backups"), configuration.Backup.Folder);
        Assert.True(configuration.State.Enabled);
        Assert.True(configuration.Backup.Enabled);
        Assert.Equal(BackendKind.Sqlite, configuration.State.Backend);
        Assert.Equal(16 << 20, configuration.State.MaxValueBytes);
        Assert.Equal(TimeSpan.FromSeconds(30), configuration.State.BusyTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1), configuration.State.FlushInterval);
        Assert.Equal(CompressionKind.Zstd, configuration.Backup.Compression);
        Assert.Equal(3, configuration.Backup.CompressionLevel);
        Assert.Equal(10, configuration.Backup.MaxBackups);
        Assert.Equal(TimeSpan.FromDays(30), configuration.Backup.MaxBackupAge);
        Assert.Null(configuration.Backup.FullBackupInterval);
        Assert.Empty(configuration.Notices);
        Assert.All(configuration.Values, value => Assert.Null(value.Origin));
    }

    [Fact]
    public void The_option_wins_over_the_variable_over_the_working_folder_over_the_users_folder()
    {
        string user = _fixture.Write("xdg/llmspell/llmspell.toml", "");
        _fixture.Environment["XDG_CONFIG_HOME"] = Path.Combine(_fixture.Folder, "xdg");
        Assert.Equal(user, _fixture.Load().Source.File);

        string beside = _fixture.Write("llmspell.toml", "");
        Assert.Equal(beside, _fixture.Load().Source.File);

        string variable = _fixture.Write("variable.toml", "");
        _fixture.Environment["LLMSPELL_CONFIG"] = "variable.toml";
        Assert.Equal(variable, _fixture.Load().Source.File);

        string named = _fixture.Write("named.toml", "");
        Assert.Equal(named, _fixture.Load("named.toml").Source.File);
    }

    [Fact]
    public void Without_XDG_CONFIG_HOME_or_with_a_relative_one_the_home_folder_counts()
    {
        string user = _fixture.Write("home/.config/llmspell/llmspell.toml", "");
        _fixture.Write("relative/llmspell/llmspell.toml", "");
        _fixture.Environment["HOME"] = Path.Combine(_fixture.Folder, "home");
        Assert.Equal(user, _fixture.Load().Source.File);

        _fixture.Environment["XDG_CONFIG_HOME"] = "relative";
        Assert.Equal(user, _fixture.Load().Source.File);
    }

    [Fact]
    public void An_empty_variable_counts_as_unset()
    {
        _fixture.Environment["LLMSPELL_CONFIG"] = "";
        Assert.Null(_fixture.Load().Source.File);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_an_error_that_names_it_and_who_named_it()
    {
        ConfigurationProblem byOption = Assert.Single(
            Assert.Throws<ConfigurationException>(() => _fixture.Load("nowhere.toml")).Problems);
        Assert.Equal("nowhere.toml", byOption.File);
        Assert.Contains("-c names", byOption.Message, StringComparison.Ordinal);

        _fixture.Environment["LLMSPELL_CONFIG"] = "gone.toml";
        ConfigurationProblem byVariable = Assert.Single(
            Assert.Throws<ConfigurationException>(() => _fixture.Load()).Problems);
        Assert.Equal("gone.toml", byVariable.File);
        Assert.Contains("LLMSPELL_CONFIG names", byVariable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_or_a_file_that_is_not_text_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Folder, "folder.toml"));
        var folder = Assert.Throws<ConfigurationException>(() => _fixture.Load("folder.toml"));
        Assert.Contains("is a folder", folder.Message, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(_fixture.Folder, "binary.toml"), [0x61, 0xFF, 0xFE]);
        var binary = Assert.Throws<ConfigurationException>(() => _fixture.Load("binary.toml"));
        Assert.Contains("not UTF-8 text (byte 1)", binary.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_file_that_is_gone_is_told_as_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a right to make links there");
        File.CreateSymbolicLink(Path.Combine(_fixture.Folder, "llmspell.toml"), "gone.toml");

        ConfigurationProblem problem = Assert.Single(Assert.Throws<ConfigurationException>(() => _fixture.Load()).Problems);

        Assert.Equal("llmspell.toml: is a link to gone.toml, which is not there. Bring that file back, or remove the link.", problem.ToString());
    }

    [Fact]
    public void Relative_paths_are_relative_to_the_file_absolute_ones_stay_and_a_tilde_is_the_home_folder()
    {
        _fixture.Environment["HOME"] = "/home/somebody";
        _fixture.Write("deep/er/c.toml", """
            [runtime.state_persistence]
            path = "../state/"
            [runtime.state_persistence.backup]
            backup_dir = "~/backups"
            """);

        LlmSpellConfiguration configuration = _fixture.Load("deep/er/c.toml");

        Assert.Equal(Path.Combine(_fixture.Folder, "deep", "state"), configuration.State.Folder);
        Assert.Equal("/home/somebody/backups", configuration.Backup.Folder);
        Assert.Equal("/srv/b", _fixture.LoadText("[runtime.state_persistence.backup]\nbackup_dir = '/srv/b'\n").Backup.Folder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_tilde_without_a_home_folder_is_an_error_and_no_folder_of_that_name(string? home)
    {
        if (home is not null)
        {
            _fixture.Environment["HOME"] = home;
        }

        ConfigurationProblem problem = Assert.Single(Assert.Throws<ConfigurationException>(
            () => _fixture.LoadText("[runtime.state_persistence.backup]\nbackup_dir = \"~/foo\"\n")).Problems);

        Assert.Equal("runtime.state_persistence.backup.backup_dir", problem.Key);
        Assert.Contains("HOME is not set", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$HOME/state", true)]
    [InlineData("/srv/${USER}/state", true)]
    [InlineData("/srv/$_x", true)]
    [InlineData("/srv/5$", false)]
    [InlineData("/srv/$5", false)]
    public void A_variable_in_a_path_is_left_as_it_stands_and_said(string path, bool isSaid)
    {
        LlmSpellConfiguration configuration = _fixture.LoadText($"[runtime.state_persistence]\npath = \"{path}\"\n");

        Assert.Equal(Path.Combine(_fixture.Folder, path), configuration.State.Folder);
        Assert.Equal(isSaid, configuration.Notices.Count > 0);
        Assert.All(configuration.Notices, notice =>
        {
            Assert.Equal("runtime.state_persistence.path", notice.Key);
            Assert.Contains($"so this is {configuration.State.Folder}", notice.Message, StringComparison.Ordinal);
        });
    }
}
