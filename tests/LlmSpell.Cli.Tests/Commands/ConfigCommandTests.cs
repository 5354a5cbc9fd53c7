using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("-c|hidden/file|config|show", 3, "hidden/file: cannot be read: permission denied")]
    [InlineData("run|hidden/file", 7, "hidden/file': permission denied")]
    public async Task A_file_in_a_folder_that_may_not_be_searched_is_not_called_missing(string command, int code, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "who may read everything is refused nothing");
        _fixture.Write("hidden/file", "");
        DirectoryInfo hidden = new(Path.GetDirectoryName(Path.GetFullPath("hidden/file", _fixture.Folder))!);
        UnixFileMode mode = hidden.UnixFileMode;
        hidden.UnixFileMode = UnixFileMode.None;
        try
        {
            Assert.Contains(expected, (await _fixture.RunAsync(command.Split('|'))).FailedWith(code), StringComparison.Ordinal);
        }
        finally
        {
            hidden.UnixFileMode = mode;
        }
    }

    [Theory]
    [InlineData("-c", "state|scopes")]
    [InlineData("--to", "backup|restore|latest")]
    [InlineData("--to", "state|copy")]
    [InlineData("--from", "state|copy")]
    public async Task The_option_that_names_a_file_which_is_not_there_or_wrong_is_named(string option, string command)
    {
        _fixture.Write("wrong.toml", "[runtime.security]\nx = 1\n");

        string missing = (await _fixture.RunAsync([.. command.Split('|'), option, "none.toml"])).FailedWith(3);
        JsonElement wrong = (await _fixture.RunAsync([.. command.Split('|'), option, "wrong.toml", "--output", "json"])).Json.GetProperty("error");

        Assert.Contains($"the configuration file that {option} names does not exist", missing, StringComparison.Ordinal);
        Assert.Equal("`llmspell -c wrong.toml config check` shows them.", wrong.GetProperty("hint").GetString());
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_file_gets_a_hint_that_works()
    {
        string error = (await _fixture.RunAsync("-c", ".", "state", "scopes")).FailedWith(3);

        Assert.EndsWith("is a folder, not a configuration file. Name a file in it, as in ./llmspell.toml.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llmspell.toml")]
    [InlineData("home/.config/llmspell/llmspell.toml")]
    public async Task A_folder_in_the_place_of_the_file_is_not_passed_over(string path)
    {
        _fixture.Environment["HOME"] = Path.Combine(_fixture.Folder, "home");
        Directory.CreateDirectory(Path.Combine(_fixture.Folder, path));

        string error = (await _fixture.RunAsync("exec", "print('unrestricted')")).FailedWith(3);

        Assert.Contains("llmspell.toml: is a folder, not a configuration file. Put the file in its place", error, StringComparison.Ordinal);
        Assert.False((await _fixture.RunAsync("config", "check", "--output", "json")).Json.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Init_writes_a_file_that_check_finds_right_and_never_overwrites()
    {
        CommandOutcome init = (await _fixture.RunAsync("config", "init")).Done();
        string file = Path.Combine(_fixture.Folder, "llmspell.toml");
        Assert.Equal($"wrote {file}\n", init.Output);
        Assert.Equal("llmspell.toml: no problems\n", (await _fixture.RunAsync("config", "check")).Done().Output);

        await File.AppendAllTextAsync(file, "# mine\n", TestContext.Current.CancellationToken);
        Assert.Contains("exists already", (await _fixture.RunAsync("config", "init")).FailedWith(2), StringComparison.Ordinal);
        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_writes_where_the_option_says()
    {
        CommandOutcome outcome = (await _fixture.RunAsync("-c", "conf/my.toml", "config", "init", "--output", "json")).Done();

        JsonShape.AssertAsDocumented("config init", outcome.Json);
        Assert.True(File.Exists(Path.Combine(_fixture.Folder, "conf", "my.toml")));
    }

    [Fact]
    public async Task Init_below_a_file_fails_with_a_hint_about_its_own_file()
    {
        _fixture.Write("conf", "a file");

        string error = (await _fixture.RunAsync("-c", "conf/my.toml", "config", "init")).FailedWith(7);
        Assert.Contains("with -c", error, StringComparison.Ordinal);
        Assert.DoesNotContain("backup_dir", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_gets_the_command_that_writes_it() =>
        Assert.Contains(
            "`llmspell -c my.toml config init`", (await _fixture.RunAsync("-c", "my.toml", "state", "scopes")).FailedWith(3), StringComparison.Ordinal);

    [Fact]
    public async Task Show_says_where_each_value_comes_from()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbusy_timeout_ms = 5\n");

        CommandOutcome text = (await _fixture.RunAsync("config", "show")).Done();
        Assert.Matches(@"(?m)^busy_timeout_ms +5 +llmspell\.toml:2:1$", text.Output);
        Assert.Matches("(?m)^durability +\"normal\" +default$", text.Output);

        CommandOutcome json = (await _fixture.RunAsync("config", "show", "--output", "json")).Done();
        JsonElement setting = json.Json.GetProperty("settings").EnumerateArray()
            .Single(setting => setting.GetProperty("name").GetString() == "runtime.state_persistence.busy_timeout_ms");
        Assert.Equal(5, setting.GetProperty("value").GetInt32());
        Assert.Equal("llmspell.toml:2:1", setting.GetProperty("origin").GetString());
        Assert.Equal(
            ["file", "chosen_by", "settings", "problems"], json.Json.EnumerateObject().Select(property => property.Name));
        Assert.All(
            json.Json.GetProperty("settings").EnumerateArray(),
            row => Assert.Equal(["name", "value", "origin"], row.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task Check_lists_errors_and_notices_and_fails_only_for_errors()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"sled\"\n");
        CommandOutcome notice = (await _fixture.RunAsync("config", "check")).Done();
        Assert.Contains("notice: llmspell.toml:2:16: backend_type = \"sled\": the embedded default", notice.Output, StringComparison.Ordinal);
        Assert.EndsWith("llmspell.toml: 0 errors, 1 notice\n", notice.Output, StringComparison.Ordinal);

        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"sled\"\nenabeld = true\n");
        CommandOutcome error = await _fixture.RunAsync("config", "check");
        Assert.Equal(3, error.Code);
        Assert.Contains("error: llmspell.toml:3:1: unknown key enabeld", error.Output, StringComparison.Ordinal);

        CommandOutcome json = await _fixture.RunAsync("config", "check", "--output", "json");
        Assert.Equal(3, json.Code);
        JsonShape.AssertAsDocumented("config check", json.Json);
        Assert.False(json.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(2, json.Json.GetProperty("problems").GetArrayLength());
    }

    [Theory]
    [InlineData("state|scopes")]
    [InlineData("backup|list")]
    [InlineData("exec|print('never')")]
    [InlineData("config|show")]
    public async Task A_configuration_with_errors_stops_every_command_with_all_of_them(string line)
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nenabeld = true\npath = 3\n");

        string error = (await _fixture.RunAsync(line.Split('|'))).FailedWith(3);
        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        CommandOutcome json = await _fixture.RunAsync([.. line.Split('|'), "--output", "json"]);
        if (!line.StartsWith("exec", StringComparison.Ordinal))
        {
            JsonShape.AssertAsDocumented("configuration error", json.Json);
            Assert.Equal(2, json.Json.GetProperty("error").GetProperty("problems").GetArrayLength());
        }
    }
}
