using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands.State;

public sealed class StateCheckTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_sound_state_is_said_to_be_so()
    {
        _fixture.Save("s", "k", "v");

        Assert.Contains("is sound: 1 entry", (await _fixture.RunAsync("state", "check")).Done().Output, StringComparison.Ordinal);
        CommandOutcome json = (await _fixture.RunAsync("state", "check", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state check", json.Json);
        Assert.True(json.Json.GetProperty("sound").GetBoolean());
        Assert.Equal(json.Json.GetProperty("stored_fingerprint").GetString(), json.Json.GetProperty("fingerprint").GetString());
    }

    [Fact]
    public async Task Damage_is_named_by_its_key_and_ends_with_7()
    {
        _fixture.Save("s", "mark", "the text to damage");
        Damage();

        CommandOutcome text = await _fixture.RunAsync("state", "check");
        Assert.Equal(7, text.Code);
        Assert.Contains("is damaged", text.Output, StringComparison.Ordinal);
        Assert.Contains("s/mark: the entry does not match the hash", text.Error, StringComparison.Ordinal);

        CommandOutcome json = await _fixture.RunAsync("state", "check", "--output", "json");
        Assert.Equal(7, json.Code);
        JsonShape.AssertAsDocumented("state check", json.Json);
        JsonElement problem = json.Json.GetProperty("problems")[0];
        Assert.Equal(("s", "mark"), (problem.GetProperty("scope").GetString(), problem.GetProperty("key").GetString()));
        Assert.Equal(json.Json.GetProperty("problem_count").GetInt32(), json.Json.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task A_damaged_entry_is_not_exported()
    {
        _fixture.Save("s", "a", 1L);
        _fixture.Save("s", "mark", "the text to damage");
        Damage();

        Assert.Contains("s/mark does not match", (await _fixture.RunAsync("state", "export", "e.ndjson")).FailedWith(7), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_fixture.Folder, "e.ndjson")));

        CommandOutcome stream = await _fixture.RunAsync("state", "export");
        Assert.Equal(7, stream.Code);
        Assert.Contains("\n{\"error\":{\"kind\":\"storage\"", stream.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_damaged_value_is_not_printed(string format)
    {
        _fixture.Save("s", "mark", "the text to damage");
        Damage("the text"u8, before: 1, value: 0xC1);

        CommandOutcome outcome = await _fixture.RunAsync("state", "get", "s", "mark", "--output", format);

        Assert.Equal(7, outcome.Code);
        Assert.Contains("s/mark", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains("not a value", outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diff")]
    [InlineData("restore|--dry-run")]
    public async Task A_damaged_value_ends_a_comparison_and_its_document(string command)
    {
        _fixture.Save("s", "first", 1L);
        _fixture.Save("s", "mark", 1L);
        (await _fixture.RunAsync("backup", "create")).Done();
        _fixture.Save("s", "first", 2L);
        _fixture.Save("s", "mark", "the text to damage");
        Damage("the text"u8, before: 1, value: 0xC1);
        string[] arguments = ["backup", .. command.Split('|'), "latest", "-v"];

        CommandOutcome json = await _fixture.RunAsync([.. arguments, "--output", "json"]);
        Assert.Equal(7, json.Code);
        Assert.Equal("storage", json.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Contains("s/mark", json.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("first", Assert.Single(json.Json.GetProperty("differences").EnumerateArray()).GetProperty("key").GetString());

        CommandOutcome text = await _fixture.RunAsync(arguments);
        Assert.Equal(7, text.Code);
        Assert.Contains("s/mark is not a value", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_takes_what_another_tool_changed_and_the_next_backup_is_full()
    {
        _fixture.Save("s", "mark", "the text to damage");
        (await _fixture.RunAsync("backup", "create")).Done();
        Damage();
        Assert.Contains("state check --accept", (await _fixture.RunAsync("state", "check")).Error, StringComparison.Ordinal);
        Assert.Contains("--yes", (await _fixture.RunAsync("state", "check", "--accept")).FailedWith(2), StringComparison.Ordinal);

        CommandOutcome accepted = (await _fixture.RunAsync("state", "check", "--accept", "--yes", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state check", accepted.Json);
        Assert.True(accepted.Json.GetProperty("accepted").GetBoolean());
        Assert.True(accepted.Json.GetProperty("sound").GetBoolean());
        Assert.Contains("is sound", (await _fixture.RunAsync("state", "check")).Done().Output, StringComparison.Ordinal);

        JsonElement backup = (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done().Json.GetProperty("backup");
        Assert.Equal("full", backup.GetProperty("kind").GetString());
        Assert.NotEqual(JsonValueKind.Null, backup.GetProperty("reason").ValueKind);
    }

    [Fact]
    public async Task Accept_of_a_sound_state_changes_nothing()
    {
        _fixture.Save("s", "k", "v");
        JsonElement json = (await _fixture.RunAsync("state", "check", "--accept", "--output", "json")).Done().Json;
        Assert.False(json.GetProperty("accepted").GetBoolean());
    }

    private void Damage() => Damage("text to damage"u8, before: 0, value: (byte)'T');

    private void Damage(ReadOnlySpan<byte> mark, int before, byte value)
    {
        string file = Path.Combine(_fixture.Folder, ".llmspell", "state.db");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf(mark) - before] = value;
        File.WriteAllBytes(file, bytes);
    }
}
