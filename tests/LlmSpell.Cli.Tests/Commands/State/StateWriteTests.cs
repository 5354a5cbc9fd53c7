using System.Text;
using System.Text.Json;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Commands.State;

public sealed class StateWriteTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("", "an empty VALUE is no JSON value: there is nothing in it (line 1, byte 1)")]
    [InlineData("[1,2,]", "[1,2,] is no JSON value: a comma stands before the ] (line 1, byte 6)")]
    [InlineData("{\"a\":1,}", "a comma stands before the } (line 1, byte 8)")]
    [InlineData("\"abc", "a string is not closed (line 1, byte 5)")]
    [InlineData("[[]", "a { or [ is not closed (line 1, byte 4)")]
    [InlineData("{\"a\"", "it ends before it is complete (line 1, byte 5)")]
    public async Task What_is_wrong_with_JSON_is_said_without_the_readers_own_terms(string json, string message)
    {
        string error = (await _fixture.RunAsync("state", "set", "global", "k", json)).FailedWith(2);

        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "an integer")]
    [InlineData("[1]", "an array")]
    [InlineData("1.5", "a float")]
    public async Task A_value_without_raw_bytes_is_named(string json, string kind)
    {
        (await _fixture.RunAsync("state", "set", "global", "k", json)).Done();

        Assert.Contains(
            $"the value is no string but {kind}, which", (await _fixture.RunAsync("state", "get", "global", "k", "--raw")).FailedWith(2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "1", "added k in s: integer 1")]
    [InlineData("-5", "-5", "added k in s: integer -5")]
    [InlineData("1.0", "1.0", "added k in s: float 1.0")]
    [InlineData("true", "true", "added k in s: boolean true")]
    [InlineData("\"é\"", "\"é\"", "added k in s: string of 2 bytes")]
    [InlineData("[1,[2]]", "[1,[2]]", "added k in s: array of 2 values")]
    [InlineData("{\"$map\":[[1,2]]}", "{\"$map\":[[1,2]]}", "added k in s: map of 1 field")]
    [InlineData("{\"$bytes\":\"/w==\"}", "{\"$bytes\":\"/w==\"}", "added k in s: binary data of 1 byte")]
    [InlineData("{\"$float\":\"-inf\"}", "{\"$float\":\"-inf\"}", "added k in s: float {\"$float\":\"-inf\"}")]
    public async Task Set_stores_JSON_and_says_what(string value, string shown, string says)
    {
        Assert.Equal(says + "\n", (await _fixture.RunAsync("state", "set", "s", "k", value)).Done().Output);
        Assert.Equal(shown + "\n", (await _fixture.RunAsync("state", "get", "s", "k")).Done().Output);
        Assert.StartsWith("replaced k", (await _fixture.RunAsync("state", "set", "s", "k", "0")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ada")]
    [InlineData("null")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("1e999")]
    [InlineData("")]
    public async Task Set_refuses_what_is_no_value_and_changes_nothing(string value)
    {
        _fixture.Save("s", "k", 1L);

        Assert.Contains("--string", (await _fixture.RunAsync("state", "set", "s", "k", value)).FailedWith(2), StringComparison.Ordinal);

        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "s", "k")).Done().Output);
    }

    [Fact]
    public async Task Set_takes_text_as_it_is_and_get_gives_its_bytes()
    {
        await _fixture.RunAsync("state", "set", "s", "k", "--string", "\"not\" json\n");

        Assert.Equal("\"\\\"not\\\" json\\n\"\n", (await _fixture.RunAsync("state", "get", "s", "k")).Done().Output);
        Assert.Equal("\"not\" json\n", (await _fixture.RunAsync("state", "get", "s", "k", "--raw")).Done().Output);
    }

    [Fact]
    public async Task Set_reads_standard_input()
    {
        _fixture.Input = " [1,\n 2] \n";
        (await _fixture.RunAsync("state", "set", "s", "json", "-")).Done();
        _fixture.OpenInput = static () => new MemoryStream([0xFF, (byte)'\n']);
        (await _fixture.RunAsync("state", "set", "s", "bytes", "-", "--string")).Done();

        using StateStore store = _fixture.OpenStore();
        Assert.Equal(StateValue.Array(1, 2), store.Load(("s", "json")));
        Assert.Equal([0xFF, (byte)'\n'], store.Load(("s", "bytes"))!.AsBinary());
    }

    [Fact]
    public async Task Set_names_the_place_of_a_mistake_in_standard_input()
    {
        _fixture.Input = "[1,\n 2,,]";

        Assert.Contains("line 2, byte 4", (await _fixture.RunAsync("state", "set", "s", "k", "-")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_refuses_a_value_over_the_limit_of_the_configuration()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nmax_state_size_bytes = 1024\n");

        Assert.Contains("max_state_size_bytes", (await _fixture.RunAsync("state", "set", "s", "k", "--string", new string('x', 1024))).FailedWith(2), StringComparison.Ordinal);
        (await _fixture.RunAsync("state", "set", "s", "k", "--string", new string('x', 1000))).Done();
        _fixture.Input = new string('x', 17 * 1024);
        Assert.Contains("longer than 16.0 KiB", (await _fixture.RunAsync("state", "set", "s", "k", "-", "--string")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_and_delete_and_clear_say_in_JSON_what_they_did()
    {
        CommandOutcome set = (await _fixture.RunAsync("state", "set", "s", "k", "[1]", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state set", set.Json);
        Assert.Equal(("array", 2, false), (set.Json.GetProperty("kind").GetString(), set.Json.GetProperty("size").GetInt32(), set.Json.GetProperty("replaced").GetBoolean()));

        JsonShape.AssertAsDocumented("state delete", (await _fixture.RunAsync("state", "delete", "s", "k", "--output", "json")).Done().Json);
        JsonShape.AssertAsDocumented("state clear", (await _fixture.RunAsync("state", "clear", "s", "--output", "json")).Done().Json);
    }

    [Fact]
    public async Task Delete_of_a_key_that_is_not_there_is_not_found()
    {
        Assert.Contains("there is no state", (await _fixture.RunAsync("state", "delete", "s", "k")).FailedWith(4), StringComparison.Ordinal);
        _fixture.Save("s", "k", 1L);

        Assert.Contains("no key l in scope s", (await _fixture.RunAsync("state", "delete", "s", "l")).FailedWith(4), StringComparison.Ordinal);
        Assert.Equal("deleted k in s\n", (await _fixture.RunAsync("state", "delete", "s", "k")).Done().Output);
        (await _fixture.RunAsync("state", "get", "s", "k")).FailedWith(4);
    }

    [Fact]
    public async Task Clear_needs_a_yes_and_takes_only_its_scope()
    {
        _fixture.Save("s", "a", 1L);
        _fixture.Save("s", "b", 1L);
        _fixture.Save("s!", "c", 1L);

        Assert.Contains("2 keys of scope s", (await _fixture.RunAsync("state", "clear", "s")).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal("a\nb\n", (await _fixture.RunAsync("state", "list", "s")).Done().Output);

        Assert.Equal("deleted 2 keys of scope s\n", (await _fixture.RunAsync("state", "clear", "s", "--yes")).Done().Output);
        Assert.Equal("s!\n", (await _fixture.RunAsync("state", "scopes")).Done().Output);
        CommandOutcome none = (await _fixture.RunAsync("state", "clear", "s")).Done();
        Assert.Equal(("deleted 0 keys of scope s\n", "llmspell: there is no key in scope s; did you mean s!?\n"), (none.Output, none.Error));
    }

    [Fact]
    public async Task Get_has_time_and_size_in_JSON_and_is_indented_at_a_terminal()
    {
        _fixture.Save("s", "k", StateValue.Array(1, 2));

        CommandOutcome json = (await _fixture.RunAsync("state", "get", "s", "k", "--output", "json")).Done();
        Assert.Equal(3, json.Json.GetProperty("size").GetInt32());
        Assert.Equal("array", json.Json.GetProperty("kind").GetString());
        Assert.InRange(json.Json.GetProperty("modified_at").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-10), TimeProvider.System.GetUtcNow().AddMinutes(10));

        _fixture.IsTerminal = true;
        Assert.Equal("[\n  1,\n  2\n]\n", (await _fixture.RunAsync("state", "get", "s", "k")).Done().Output);
    }

    [Fact]
    public async Task Raw_is_for_strings_and_without_a_document()
    {
        _fixture.Save("s", "k", 1L);

        Assert.Contains("integer", (await _fixture.RunAsync("state", "get", "s", "k", "--raw")).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(2, (await _fixture.RunAsync("state", "get", "s", "k", "--raw", "--output", "json")).Code);
    }

    [Fact]
    public async Task Long_lists_have_sizes_and_times()
    {
        _fixture.Save("user:1", "name", "Ada");
        _fixture.Save("user:1", "text", new string('x', 5000));

        string list = (await _fixture.RunAsync("state", "list", "user:1", "--long")).Done().Output;
        Assert.Matches("^KEY +SIZE +MODIFIED\nname +4 B  20..-..-.. ..:..:..Z\ntext  4.9 KiB  20", list);
        JsonShape.AssertAsDocumented("state list --long", (await _fixture.RunAsync("state", "list", "user:1", "-l", "--output", "json")).Done().Json);

        Assert.Matches("^SCOPE +KEYS +SIZE +MODIFIED\nuser:1 +2  4.9 KiB  20", (await _fixture.RunAsync("state", "scopes", "--long")).Done().Output);
        CommandOutcome scopes = (await _fixture.RunAsync("state", "scopes", "--long", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state scopes --long", scopes.Json);
        Assert.Equal(4 + 4 + 4 + 5003, scopes.Json.GetProperty("details")[0].GetProperty("size").GetInt64());
    }

    [Fact]
    public async Task A_scope_that_is_not_there_is_told_with_the_nearest()
    {
        _fixture.Save("user:1", "name", "Ada");

        CommandOutcome list = (await _fixture.RunAsync("state", "list", "usr:1")).Done();
        Assert.Equal(("", "llmspell: there is no key in scope usr:1; did you mean user:1?\n"), (list.Output, list.Error));
        CommandOutcome export = (await _fixture.RunAsync("state", "export", "--scope", "user:*")).Done();
        Assert.Equal(("", "llmspell: there is no key in scope user:*; did you mean user:1?\n"), (export.Output, export.Error));
        CommandOutcome prefix = (await _fixture.RunAsync("state", "list", "user:1", "--prefix", "x")).Done();
        Assert.Equal(("", ""), (prefix.Output, prefix.Error));
    }

    [Fact]
    public async Task Stats_count_the_files_beside_a_database_that_is_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("needs rights there");
        }

        _fixture.Save("s", "k", new string('x', 10_000));
        string moved = Path.Combine(_fixture.Folder, "moved");
        Directory.CreateDirectory(moved);
        string file = Path.Combine(_fixture.Folder, ".llmspell", "state.db");
        File.Move(file, Path.Combine(moved, "state.db"));
        File.CreateSymbolicLink(file, Path.Combine(moved, "state.db"));

        JsonElement files = (await _fixture.RunAsync("state", "stats", "--output", "json")).Done().Json.GetProperty("files");

        Assert.Equal(
            ["../moved/state.db", "../moved/state.db-wal", "../moved/state.db-shm"], files.EnumerateArray().Select(each => each.GetProperty("file").GetString()));
        Assert.True(files[0].GetProperty("bytes").GetInt64() > 10_000);
    }

    [Fact]
    public async Task Stats_add_up()
    {
        _fixture.Save("a", "k", 1L);
        _fixture.Save("b", "k", Encoding.UTF8.GetString(new byte[10]));
        _fixture.Save("b", "k", 2L);

        CommandOutcome stats = (await _fixture.RunAsync("state", "stats", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state stats", stats.Json);
        Assert.Equal(2, stats.Json.GetProperty("entries").GetInt64());
        Assert.Equal(2, stats.Json.GetProperty("scopes").GetInt64());
        Assert.Equal(4, stats.Json.GetProperty("logical_bytes").GetInt64());
        Assert.Equal(3, stats.Json.GetProperty("change_log").GetInt64());
        Assert.Equal(
            stats.Json.GetProperty("disk_bytes").GetInt64(), stats.Json.GetProperty("files").EnumerateArray().Sum(file => file.GetProperty("bytes").GetInt64()));
        Assert.Contains("entries       2 in 2 scopes\n", (await _fixture.RunAsync("state", "stats")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state|set|s|k|1")]
    [InlineData("state|delete|s|k")]
    [InlineData("state|clear|s")]
    [InlineData("state|export")]
    [InlineData("state|import")]
    [InlineData("state|stats")]
    [InlineData("state|check")]
    public async Task Without_a_state_that_stays_each_names_the_setting(string command)
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"memory\"\n");

        CommandOutcome outcome = await _fixture.RunAsync(command.Split('|'));
        Assert.Equal(3, outcome.Code);
        Assert.Contains("keeps no state", outcome.Error, StringComparison.Ordinal);
    }
}
