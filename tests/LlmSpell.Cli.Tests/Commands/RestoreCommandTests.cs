using System.Text.Json;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Commands;

/// <summary>Restores of a part, into another state and over a damaged one; looks before, and ways back.</summary>
public sealed class RestoreCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    private string StateFolder => Path.Combine(_fixture.Folder, ".llmspell");

    [Fact]
    public async Task A_part_comes_back_and_the_rest_stays()
    {
        string id = await PrepareAsync();
        string output = (await _fixture.RunAsync("backup", "restore", id, "--scope", "agent:*", "--key", "s", "--yes")).Done().Output;
        Assert.StartsWith($"restored a part of {id} of ", output, StringComparison.Ordinal);
        Assert.Contains("0 added, 1 changed, 0 removed, 0 unchanged\n", output, StringComparison.Ordinal);
        await AssertValueAsync("1", "agent:a", "step");
        await AssertValueAsync("8", "agent:a", "other");
        await AssertValueAsync("\"new\"", "global", "a");

        (await _fixture.RunAsync("backup", "undo-restore", "--yes")).Done();
        await AssertValueAsync("9", "agent:a", "step");
        await AssertValueAsync("8", "agent:a", "other");
    }

    [Fact]
    public async Task Latest_that_a_cleanup_takes_meanwhile_is_the_newer_one_and_is_asked_for_anew()
    {
        await PrepareAsync();
        string first = (await _fixture.RunAsync("backup", "create", "-q")).Done().Output.Trim();
        string newer = "";
        _fixture.Save("agent:a", "step", 10);
        _fixture.IsTerminal = true;
        _fixture.OpenInput = () =>
        {
            if (newer.Length == 0)
            {
                newer = _fixture.RunAsync("backup", "create", "-q").GetAwaiter().GetResult().Done().Output.Trim();
                File.Delete(Path.Combine(_fixture.Folder, "backups", "manifests", $"{first}.json"));
            }

            return new MemoryStream("y\n"u8.ToArray());
        };
        _fixture.Save("agent:a", "step", 11);

        CommandOutcome outcome = (await _fixture.RunAsync("backup", "restore", "latest", "--color", "never")).Done();

        Assert.Contains($"backup {first} of", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"backup {newer} of", outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith($"restored {newer} of ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("no backup", (await _fixture.RunAsync("backup", "restore", first, "--yes")).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selection_of_nothing_says_so()
    {
        string id = await PrepareAsync();
        Assert.Contains(
            "neither the backup nor the state has an entry of scope agnet:*",
            (await _fixture.RunAsync("backup", "restore", id, "--scope", "agnet:*", "--yes")).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_change_and_changes_nothing()
    {
        string id = await PrepareAsync();
        string output = (await _fixture.RunAsync("backup", "restore", id, "--dry-run")).Done().Output;
        Assert.Contains("agent:a      0        1        1\n", output, StringComparison.Ordinal);
        Assert.Contains("1 added, 2 changed, 1 removed, 1 unchanged\n", output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed\na safety backup would be taken first\n", output, StringComparison.Ordinal);

        JsonElement json = (await _fixture.RunAsync("backup", "restore", id, "-n", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("backup restore --dry-run", json);
        Assert.True(json.GetProperty("takes_safety_backup").GetBoolean());
        await AssertValueAsync("9", "agent:a", "step");
        Assert.Single((await _fixture.RunAsync("backup", "list", "--output", "json")).Done().Json.GetProperty("backups").EnumerateArray());
    }

    [Fact]
    public async Task With_verbose_a_dry_run_names_each_key_and_field()
    {
        string id = await PrepareAsync();
        string output = (await _fixture.RunAsync("backup", "restore", id, "--dry-run", "-v")).Done().Output;
        Assert.Contains("+ global/gone\n    true\n", output, StringComparison.Ordinal);
        Assert.Contains("- agent:a/other\n    8\n", output, StringComparison.Ordinal);
        Assert.Contains("~ agent:a/step\n    ~ 9 → 1\n", output, StringComparison.Ordinal);

        JsonElement json = (await _fixture.RunAsync("backup", "restore", id, "--dry-run", "-v", "--output", "json")).Done().Json;
        Assert.Equal(4, json.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public async Task Where_no_state_is_a_dry_run_makes_none()
    {
        string id = await PrepareAsync();
        Directory.Delete(StateFolder, recursive: true);
        Assert.Contains("4 added", (await _fixture.RunAsync("backup", "restore", id, "--dry-run")).Done().Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(StateFolder, "state.db")));
    }

    [Fact]
    public async Task Diff_shows_tables_by_field_and_ends_with_the_sums()
    {
        string id = await PrepareAsync();
        (await _fixture.RunAsync("state", "set", "global", "table", """{"a": 1, "list": [1, 2], "old": true}""")).Done();
        string with = (await _fixture.RunAsync("backup", "create")).Done().Output.Trim();
        (await _fixture.RunAsync("state", "set", "global", "table", """{"list": [1, 3, 4], "a": 1, "new name": false}""")).Done();

        string output = (await _fixture.RunAsync("backup", "diff", "latest", "-v")).Done().Output;
        Assert.Equal(
            """
            ~ global/table
                ~ .list[2]: 2 → 3
                + .list[3]: 4
                - .old: true
                + ["new name"]: false
            0 added, 1 changed, 0 removed, 4 unchanged

            """,
            output);
        JsonElement json = (await _fixture.RunAsync("backup", "diff", id, with, "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("backup diff", json);
        Assert.Equal(5, json.GetProperty("differences").GetArrayLength());
        Assert.Equal(2, json.GetProperty("added").GetInt32());
        JsonElement fields = (await _fixture.RunAsync("backup", "diff", with, "-v", "--output", "json")).Done().Json
            .GetProperty("differences")[0].GetProperty("fields");
        Assert.Equal([".list[2]", ".list[3]", ".old", "[\"new name\"]"], fields.EnumerateArray().Select(static field => field.GetProperty("path").GetString()!));
    }

    [Fact]
    public async Task A_diff_of_a_damaged_backup_ends_with_5_in_one_document()
    {
        string id = await PrepareAsync();
        string layer = Directory.GetFiles(Path.Combine(_fixture.Folder, "backups", "layers"), "*.zst").Single();
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[^5] ^= 1;
        File.WriteAllBytes(layer, bytes);

        CommandOutcome json = await _fixture.RunAsync("backup", "diff", id, "--output", "json");
        Assert.Equal(5, json.Code);
        Assert.Equal("backup_damaged", json.Json.GetProperty("error").GetProperty("kind").GetString());
        CommandOutcome text = await _fixture.RunAsync("backup", "diff", id);
        Assert.Equal(5, text.Code);
        Assert.Contains(Path.GetFileName(layer), text.Error, StringComparison.Ordinal);
        Assert.Contains("\nhint: `llmspell repository check`", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_and_their_absence_are_read_out_of_a_backup()
    {
        string id = await PrepareAsync();
        Assert.Equal("true\n", (await _fixture.RunAsync("state", "get", "global", "gone", "--backup", id)).Done().Output);
        Assert.Contains(
            $"backup {id} has no key other in scope agent:a",
            (await _fixture.RunAsync("state", "get", "agent:a", "other", "--backup", "latest")).FailedWith(4), StringComparison.Ordinal);
        Assert.Equal("a\ngone\nsame\n", (await _fixture.RunAsync("state", "list", "global", "--backup", id)).Done().Output);
        Assert.Equal("same\n", (await _fixture.RunAsync("state", "list", "global", "--prefix", "s", "--backup", "latest")).Done().Output);
        Assert.Contains("no such key in scope nowhere", (await _fixture.RunAsync("state", "list", "nowhere", "--backup", id)).Done().Error, StringComparison.Ordinal);
        Assert.Contains("do not go together", (await _fixture.RunAsync("state", "list", "global", "-l", "--backup", id)).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("no backup with id nothing", (await _fixture.RunAsync("state", "get", "a", "b", "--backup", "nothing")).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_state_gets_the_backup_and_keeps_its_own_in_its_own_place()
    {
        string id = await PrepareAsync();
        _fixture.Write("copy/llmspell.toml", "");
        (await _fixture.RunAsync("backup", "restore", id, "--to", "copy/llmspell.toml")).Done();
        Assert.Equal("1\n", (await _fixture.RunAsync("-c", "copy/llmspell.toml", "state", "get", "agent:a", "step")).Done().Output);
        await AssertValueAsync("9", "agent:a", "step");
        Assert.NotEqual(await StoreIdAsync(), await StoreIdAsync("-c", "copy/llmspell.toml"));

        (await _fixture.RunAsync("-c", "copy/llmspell.toml", "state", "set", "global", "mine", "1")).Done();
        Assert.Contains("--yes", (await _fixture.RunAsync("backup", "restore", id, "--to", "copy/llmspell.toml")).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains(
            "  llmspell -c copy/llmspell.toml backup undo-restore\n",
            (await _fixture.RunAsync("backup", "restore", id, "--to", "copy/llmspell.toml", "--yes")).Done().Output, StringComparison.Ordinal);
        (await _fixture.RunAsync("-c", "copy/llmspell.toml", "backup", "undo-restore", "--yes")).Done();
        Assert.Equal("1\n", (await _fixture.RunAsync("-c", "copy/llmspell.toml", "state", "get", "global", "mine")).Done().Output);
        Assert.Single((await _fixture.RunAsync("backup", "list", "--output", "json")).Done().Json.GetProperty("backups").EnumerateArray());

        _fixture.Write("same.toml", "");
        Assert.Contains("the same state", (await _fixture.RunAsync("backup", "restore", id, "--to", "same.toml")).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_is_put_aside_whole_and_replaced()
    {
        string id = await PrepareAsync();
        Assert.Contains("is not damaged", (await _fixture.RunAsync("backup", "restore", id, "--replace-damaged", "--yes")).FailedWith(2), StringComparison.Ordinal);
        string file = Path.Combine(StateFolder, "state.db");
        byte[] damaged = File.ReadAllBytes(file);
        damaged.AsSpan(0, 64).Fill(0xAA);
        File.WriteAllBytes(file, damaged);
        Assert.Contains("--replace-damaged", (await _fixture.RunAsync("backup", "restore", id, "--yes")).FailedWith(7), StringComparison.Ordinal);
        Assert.Contains("--yes", (await _fixture.RunAsync("backup", "restore", id, "--replace-damaged")).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(file));

        JsonElement json = (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("backup restore", json);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(json.GetProperty("damaged_files").GetString()!, "state.db")));
        await AssertValueAsync("1", "agent:a", "step");
        Assert.Equal("incremental", (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done().Json
            .GetProperty("backup").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_whose_database_is_lost_is_a_damaged_state_and_put_aside(bool isEmpty)
    {
        string id = await PrepareAsync();
        string file = Path.Combine(StateFolder, "state.db");
        byte[] log = [1, 2, 3];
        File.Delete(file);
        if (isEmpty)
        {
            File.WriteAllBytes(file, []);
        }

        File.WriteAllBytes(file + "-wal", log);
        foreach (string[] command in (string[][])[["exec", "print(State.load('agent:a', 'step'))"], ["state", "scopes"], ["backup", "restore", id, "--yes"], ["doctor"]])
        {
            CommandOutcome outcome = await _fixture.RunAsync(command);
            Assert.NotEqual(0, outcome.Code);
            Assert.Contains("--replace-damaged", outcome.Output + outcome.Error, StringComparison.Ordinal);
        }

        JsonElement json = (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes", "--output", "json")).Done().Json;
        Assert.Equal(log, File.ReadAllBytes(Path.Combine(json.GetProperty("damaged_files").GetString()!, "state.db-wal")));
        await AssertValueAsync("1", "agent:a", "step");
    }

    [Fact]
    public async Task An_empty_state_beside_one_that_was_put_aside_is_told_until_it_is_restored()
    {
        string id = await PrepareAsync();
        string aside = Directory.CreateDirectory(Path.Combine(StateFolder, "damaged-20260102T030405Z")).FullName;
        Assert.Empty((await _fixture.RunAsync("state", "scopes")).Done().Error);
        File.Move(Path.Combine(StateFolder, "state.db"), Path.Combine(aside, "state.db"));
        using (_fixture.OpenStore())
        {
        }

        foreach (string[] command in (string[][])[["state", "scopes"], ["exec", "State.load('agent:a', 'step')"]])
        {
            Assert.Contains($"is empty, and a damaged one was put aside into {aside}", (await _fixture.RunAsync(command)).Done().Error, StringComparison.Ordinal);
        }

        Assert.Empty((await _fixture.RunAsync("backup", "restore", id, "--yes")).Done().Error);
        Assert.Empty((await _fixture.RunAsync("exec", "State.clear('agent:a')")).Done().Error);
    }

    [Fact]
    public async Task A_damaged_state_stays_where_it_is_while_its_backup_is_damaged_too()
    {
        string id = await PrepareAsync();
        string file = Path.Combine(StateFolder, "state.db");
        File.WriteAllText(file, "garbage of more than a hundred bytes, so that nobody takes it for an empty database: it is none at all, nor was it ever");
        string layer = Directory.GetFiles(Path.Combine(_fixture.Folder, "backups", "layers"), "*.zst").Single();
        File.AppendAllText(layer, "x");
        Assert.Contains("stays where it is", (await _fixture.RunAsync("backup", "restore", id, "--replace-damaged", "--yes")).FailedWith(5), StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Theory]
    [InlineData("--scope", "a*b", "only stand for the rest")]
    [InlineData("--scope", "", "is empty")]
    [InlineData("--to", "nowhere.toml", "nowhere.toml")]
    public async Task Nonsense_is_refused_before_anything_happens(string option, string value, string expected)
    {
        string id = await PrepareAsync();
        CommandOutcome outcome = await _fixture.RunAsync("backup", "restore", id, option, value, "--yes");
        Assert.True(outcome.Code is 2 or 3, outcome.Error);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        await AssertValueAsync("9", "agent:a", "step");
    }

    [Fact]
    public async Task Without_a_restore_there_is_nothing_to_undo()
    {
        await PrepareAsync();
        Assert.Contains("no restore to undo", (await _fixture.RunAsync("backup", "undo-restore", "--yes")).FailedWith(4), StringComparison.Ordinal);
    }

    public void Dispose() => _fixture.Dispose();

    /// <summary>A backup of four entries, of which then one is deleted and two are changed, and a fifth is added.</summary>
    private async Task<string> PrepareAsync()
    {
        _fixture.Save("agent:a", "step", 1L);
        _fixture.Save("global", "a", "old");
        _fixture.Save("global", "gone", true);
        _fixture.Save("global", "same", 1.5);
        string id = (await _fixture.RunAsync("backup", "create")).Done().Output.Trim();
        using StateStore store = _fixture.OpenStore();
        store.Save(("agent:a", "step"), 9L);
        store.Save(("agent:a", "other"), 8L);
        store.Save(("global", "a"), "new");
        store.Delete(("global", "gone"));
        return id;
    }

    private async Task AssertValueAsync(string expected, string scope, string key) =>
        Assert.Equal(expected + "\n", (await _fixture.RunAsync("state", "get", scope, key)).Done().Output);

    private async Task<string?> StoreIdAsync(params string[] options) =>
        (await _fixture.RunAsync([.. options, "state", "stats", "--output", "json"])).Done().Json.GetProperty("store").GetString();
}
