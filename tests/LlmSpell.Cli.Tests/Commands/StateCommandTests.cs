using System.Text.Json;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class StateCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Get_prints_the_value_as_one_line_of_JSON()
    {
        _fixture.Save("global", "config", StateValue.Map(new Dictionary<string, StateValue> { ["theme"] = "dark", ["size"] = 2L }));

        CommandOutcome outcome = (await _fixture.RunAsync("state", "get", "global", "config")).Done();

        Assert.Equal("{\"theme\":\"dark\",\"size\":2}\n", outcome.Output);
        Assert.Empty(outcome.Error);
    }

    [Theory]
    [InlineData("日本 \U0001F389", "\"日本 \U0001F389\"")]
    [InlineData("\\uD83C\\uDF89 \\\U0001F389", "\"\\\\uD83C\\\\uDF89 \\\\\U0001F389\"")]
    [InlineData("a\U000E0041\n", "\"a\\uDB40\\uDC41\\n\"")]
    public async Task Get_shows_characters_that_can_be_seen_as_they_are(string value, string shown)
    {
        _fixture.Save("global", "text", value);

        string output = (await _fixture.RunAsync("state", "get", "global", "text")).Done().Output;

        Assert.Equal(shown + "\n", output);
        Assert.Equal(value, JsonDocument.Parse(output).RootElement.GetString());
    }

    [Fact]
    public async Task Get_tags_what_JSON_lacks()
    {
        _fixture.Save("global", "odd", StateValue.Array(StateValue.From([1, 2, 0xFF]), double.NaN, StateValue.Map(KeyValuePair.Create<StateValue, StateValue>(1L, "one"))));

        CommandOutcome outcome = (await _fixture.RunAsync("state", "get", "global", "odd")).Done();

        Assert.Equal("[{\"$bytes\":\"AQL/\"},{\"$float\":\"nan\"},{\"$map\":[[1,\"one\"]]}]\n", outcome.Output);
    }

    [Fact]
    public async Task Get_as_JSON_has_scope_key_and_value()
    {
        _fixture.Save("user:1", "name", "Ada");

        CommandOutcome outcome = (await _fixture.RunAsync("state", "get", "user:1", "name", "--output", "json")).Done();

        JsonShape.AssertAsDocumented("state get", outcome.Json);
        Assert.Equal("Ada", outcome.Json.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_not_found()
    {
        _fixture.Save("global", "a", 1L);

        Assert.Contains("no key b in scope global", (await _fixture.RunAsync("state", "get", "global", "b")).FailedWith(4), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "k")]
    [InlineData("s", "")]
    [InlineData("s", "a\0b")]
    public async Task A_name_that_cannot_be_is_a_usage_error(string scope, string key) =>
        (await _fixture.RunAsync("state", "get", scope, key)).FailedWith(2);

    [Fact]
    public async Task List_and_scopes_are_sorted_by_their_bytes()
    {
        using (StateStore store = _fixture.OpenStore())
        {
            store.Save(("b", "k"), 1L);
            store.Save(("a", "\U00010000"), 1L);
            store.Save(("a", "\uFFFD"), 1L);
            store.Save(("a", "x1"), 1L);
        }

        Assert.Equal("a\nb\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
        Assert.Equal("x1\n\uFFFD\n\U00010000\n", (await _fixture.RunAsync("state", "list", "a")).Done().Output);
        Assert.Equal("x1\n", (await _fixture.RunAsync("state", "list", "a", "--prefix", "x")).Done().Output);
        JsonShape.AssertAsDocumented("state list", (await _fixture.RunAsync("state", "list", "a", "--output", "json")).Done().Json);
        JsonShape.AssertAsDocumented("state scopes", (await _fixture.RunAsync("state", "scopes", "--output", "json")).Done().Json);
    }

    [Fact]
    public async Task A_key_cannot_take_over_the_terminal()
    {
        _fixture.Save("global", "a\e[31m\nb", 1L);

        Assert.Equal("a\\u{1b}[31m\\nb\n", (await _fixture.RunAsync("state", "list", "global")).Done().Output);
    }

    [Fact]
    public async Task Looking_creates_nothing()
    {
        string remark = $"llmspell: there is no state in {Path.Combine(_fixture.Folder, ".llmspell")} yet\n";
        Assert.Equal(new CommandOutcome(0, "", remark), await _fixture.RunAsync("state", "scopes"));
        Assert.Equal(new CommandOutcome(0, "", remark), await _fixture.RunAsync("state", "list", "global"));
        (await _fixture.RunAsync("state", "get", "global", "x")).FailedWith(4);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Theory]
    [InlineData(4, "state|get|global|k")]
    [InlineData(4, "state|delete|global|k")]
    [InlineData(4, "state|check")]
    [InlineData(4, "state|export")]
    [InlineData(4, "backup|create")]
    [InlineData(0, "state|scopes")]
    [InlineData(0, "state|list|global")]
    [InlineData(0, "backup|list")]
    [InlineData(0, "doctor")]
    public async Task An_empty_file_in_the_place_of_the_state_is_no_state_yet_and_stays_empty(int code, string command)
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Folder, ".llmspell"));
        string file = _fixture.Write(".llmspell/state.db", "");

        Assert.Equal(code, (await _fixture.RunAsync(command.Split('|'))).Code);

        Assert.Equal([file], Directory.GetFiles(Path.Combine(_fixture.Folder, ".llmspell")));
        Assert.Equal(0, new FileInfo(file).Length);
    }

    [Fact]
    public async Task An_empty_file_in_the_place_of_the_state_becomes_one_by_the_first_write()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Folder, ".llmspell"));
        _fixture.Write(".llmspell/state.db", "");

        (await _fixture.RunAsync("state", "set", "global", "k", "1")).Done();

        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "global", "k")).Done().Output);
    }

    [Fact]
    public async Task Without_a_state_that_stays_get_names_the_setting()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nenabled = false\n");

        Assert.Contains(
            "runtime.state_persistence.enabled = true", (await _fixture.RunAsync("state", "get", "global", "x")).FailedWith(3), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enabled = false")]
    [InlineData("backend_type = \"memory\"")]
    public async Task Without_a_state_that_stays_lists_say_so(string setting)
    {
        _fixture.Write("llmspell.toml", $"[runtime.state_persistence]\n{setting}\n");

        foreach (string[] command in (string[][])[["state", "scopes"], ["state", "list", "global"]])
        {
            CommandOutcome outcome = (await _fixture.RunAsync(command)).Done();
            Assert.Empty(outcome.Output);
            Assert.Equal("llmspell: the configuration keeps no state between runs\n", outcome.Error);
        }

        Assert.Contains("notice: llmspell.toml:2:", (await _fixture.RunAsync("config", "check")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state|scopes")]
    [InlineData("state|list|global")]
    [InlineData("state|get|global|x")]
    [InlineData("backup|create")]
    public async Task What_is_no_state_in_its_place_is_a_storage_failure(string command)
    {
        string file = _fixture.Write(".llmspell", "a file");
        Assert.Contains($"{file} is a file", (await _fixture.RunAsync(command.Split('|'))).FailedWith(7), StringComparison.Ordinal);

        File.Delete(file);
        string folder = Directory.CreateDirectory(Path.Combine(file, "state.db")).FullName;
        Assert.Contains($"{folder} is a folder", (await _fixture.RunAsync(command.Split('|'))).FailedWith(7), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_state_file_is_a_storage_failure_and_stays_as_it_is()
    {
        string file = _fixture.Write(".llmspell/state.db", "this is not a database, though it is longer than a header of one would be");

        Assert.Contains("state.db", (await _fixture.RunAsync("state", "scopes")).FailedWith(7), StringComparison.Ordinal);
        Assert.StartsWith("this is not", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
