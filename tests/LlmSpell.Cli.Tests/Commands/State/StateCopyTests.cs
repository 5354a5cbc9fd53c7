using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands.State;

public sealed class StateCopyTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public StateCopyTests()
    {
        _fixture.Write("other/llmspell.toml", "");
        _fixture.Write("memory.toml", "[runtime.state_persistence]\nbackend_type = \"memory\"\n");
        _fixture.Save("s", "k", 1L);
        _fixture.Save("s", "l", "two");
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task All_entries_arrive_with_their_times_and_both_sums_are_printed()
    {
        CommandOutcome copied = (await CopyAsync("--to", "other/llmspell.toml")).Done();

        Assert.StartsWith("copied 2 entries\nfrom ", copied.Output, StringComparison.Ordinal);
        string[] sums = [.. copied.Output.Split('\n').Where(line => line.Contains("fingerprint", StringComparison.Ordinal)).Select(line => line[^32..])];
        Assert.Equal(2, sums.Length);
        Assert.Equal(sums[0], sums[1]);
        Assert.Equal((await _fixture.RunAsync("state", "export")).Output, (await OtherAsync("state", "export")).Output);
        Assert.Contains("is sound: 2 entries", (await OtherAsync("state", "check")).Done().Output, StringComparison.Ordinal);
        Assert.Equal("", copied.Error);
    }

    [Fact]
    public async Task A_state_in_another_folder_keeps_its_own_id()
    {
        JsonElement json = (await CopyAsync("--to", "other/llmspell.toml", "--output", "json")).Done().Json;

        JsonShape.AssertAsDocumented("state copy", json);
        Assert.False(json.GetProperty("adopted_store").GetBoolean());
        Assert.NotEqual(json.GetProperty("from").GetProperty("store").GetString(), json.GetProperty("to").GetProperty("store").GetString());
    }

    [Fact]
    public async Task Both_configurations_can_be_named_or_one_left_out_but_not_both()
    {
        (await CopyAsync("--to", "other/llmspell.toml")).Done();
        (await _fixture.RunAsync("state", "delete", "s", "k")).Done();
        _fixture.Write("third/llmspell.toml", "");

        Assert.Contains("copied 2 entries", (await CopyAsync("--from", "other/llmspell.toml", "--to", "third/llmspell.toml")).Done().Output, StringComparison.Ordinal);
        Assert.Contains("copied 2 entries in place of 1\n", (await CopyAsync("--from", "third/llmspell.toml", "--replace", "--yes")).Done().Output, StringComparison.Ordinal);
        Assert.Contains("neither --from nor --to", (await CopyAsync()).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_with_entries_is_replaced_only_on_request_after_a_safety_backup()
    {
        (await OtherAsync("state", "set", "t", "kept", "1")).Done();

        Assert.Contains("other/.llmspell/state.db has 1 entry already", (await CopyAsync("--to", "other/llmspell.toml")).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);

        Assert.Contains("needs a yes", (await CopyAsync("--to", "other/llmspell.toml", "--replace")).FailedWith(2), StringComparison.Ordinal);
        JsonElement json = (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--yes", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("state copy", json);
        Assert.Equal(1, json.GetProperty("replaced_entries").GetInt32());
        Assert.Equal("s\n", (await OtherAsync("state", "scopes")).Done().Output);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "backups")));

        string safety = json.GetProperty("safety_backup").GetProperty("id").GetString()!;
        (await OtherAsync("backup", "restore", safety, "--yes")).Done();
        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task The_way_back_that_is_printed_is_one()
    {
        (await OtherAsync("state", "set", "t", "kept", "1")).Done();

        string output = (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--yes")).Done().Output;
        string[] words = output.TrimEnd('\n').Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("llmspell", words[0]);
        (await _fixture.RunAsync([.. words[1..], "--yes"])).Done();
        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task Without_backups_there_only_a_copy_that_takes_no_safety_backup_replaces()
    {
        (await OtherAsync("state", "set", "t", "kept", "1")).Done();
        _fixture.Write("other/llmspell.toml", "[runtime.state_persistence]\nbackup_enabled = false\n");

        Assert.Contains("cannot be kept before it is replaced", (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--yes")).FailedWith(3), StringComparison.Ordinal);
        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);

        (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--no-safety-backup", "--yes")).Done();
        Assert.Equal("s\n", (await OtherAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task The_same_state_is_refused_by_whatever_link_it_is_named()
    {
        _fixture.Write("same.toml", "");
        _fixture.Write("linked.toml", "[runtime.state_persistence]\npath = \"link\"\n");
        Directory.CreateSymbolicLink(Path.Combine(_fixture.Folder, "link"), Path.Combine(_fixture.Folder, ".llmspell"));

        Assert.Contains("are the same state", (await CopyAsync("--to", "same.toml")).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("are the same state", (await CopyAsync("--to", "linked.toml", "--replace", "--yes")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_without_a_state_is_named_and_neither_state_is_made()
    {
        _fixture.Write("third/llmspell.toml", "");

        Assert.Contains("there is no state in", (await CopyAsync("--from", "other/llmspell.toml", "--to", "third/llmspell.toml")).FailedWith(4), StringComparison.Ordinal);

        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "other", ".llmspell")));
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "third", ".llmspell")));
    }

    [Theory]
    [InlineData("--from")]
    [InlineData("--to")]
    public async Task A_configuration_that_keeps_nothing_is_refused(string option) =>
        Assert.Contains($"memory.toml keeps no state between runs", (await CopyAsync(option, "memory.toml")).FailedWith(3), StringComparison.Ordinal);

    [Fact]
    public async Task A_copy_that_is_interrupted_after_the_safety_backup_leaves_none()
    {
        (await OtherAsync("state", "set", "t", "kept", "1")).Done();
        using CancellationTokenSource source = new();
        _fixture.Interrupt = source.Token;
        _fixture.Clock = new CancelsOnceThereIsABackup(SafetyBackups, source);

        Assert.Equal(130, (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--yes")).Code);

        Assert.Empty(SafetyBackups());
        _fixture.Interrupt = CancellationToken.None;
        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);
    }

    [Fact]
    public async Task Damage_in_the_source_is_named_by_its_key_and_the_target_stays()
    {
        _fixture.Save("s", "mark", "the text to damage");
        string file = Path.Combine(_fixture.Folder, ".llmspell", "state.db");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("the text to damage"u8)] ^= 0x20;
        File.WriteAllBytes(file, bytes);
        (await OtherAsync("state", "set", "t", "kept", "1")).Done();

        Assert.Contains("The entry s/mark of the source is damaged", (await CopyAsync("--to", "other/llmspell.toml", "--replace", "--yes")).FailedWith(7), StringComparison.Ordinal);

        Assert.Equal("t\n", (await OtherAsync("state", "scopes")).Done().Output);
        Assert.Empty(SafetyBackups());
    }

    [Fact]
    public async Task An_interrupted_copy_leaves_the_target_as_it_was()
    {
        _fixture.Interrupt = new CancellationToken(canceled: true);

        Assert.Equal(130, (await CopyAsync("--to", "other/llmspell.toml")).Code);

        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "other", ".llmspell")));
    }

    private Task<CommandOutcome> CopyAsync(params string[] arguments) => _fixture.RunAsync(["state", "copy", .. arguments]);

    private Task<CommandOutcome> OtherAsync(params string[] arguments) => _fixture.RunAsync(["-c", "other/llmspell.toml", .. arguments]);

    private string[] SafetyBackups() =>
        Path.Combine(_fixture.Folder, "other", "backups", "manifests") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];

    private sealed class CancelsOnceThereIsABackup(Func<string[]> backups, CancellationTokenSource source) : TimeProvider
    {
        public override long GetTimestamp()
        {
            if (backups().Length > 0)
            {
                source.Cancel();
            }

            return base.GetTimestamp();
        }
    }
}
