using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class BackupCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("backup|list")]
    [InlineData("backup|create")]
    [InlineData("backup|restore|latest|--yes")]
    public async Task A_repository_whose_description_is_damaged_gets_the_hint_of_one_that_lost_it(string command)
    {
        _fixture.Save("global", "k", 1L);
        (await _fixture.RunAsync("backup", "create")).Done();
        _fixture.Write("backups/repository.json", "garbage");

        string error = (await _fixture.RunAsync(command.Split('|'))).FailedWith(5);

        Assert.Contains("llmspell repository repair", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_another_tool_edited_is_not_backed_up_and_the_hint_names_both_ways_on()
    {
        _fixture.Save("global", "k", "the text to edit");
        string file = Path.Combine(_fixture.Folder, ".llmspell", "state.db");
        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[content.AsSpan().IndexOf("the text to edit"u8)] = (byte)'T';
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);

        string error = (await _fixture.RunAsync("backup", "create")).FailedWith(7);

        Assert.Contains("`llmspell state check`", error, StringComparison.Ordinal);
        Assert.Contains("`llmspell state check --accept`", error, StringComparison.Ordinal);
        Assert.Contains("--replace-damaged", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_prints_the_id_alone_and_says_the_rest_aside()
    {
        _fixture.Save("global", "a", 1L);
        _fixture.IsTerminal = true;

        CommandOutcome outcome = (await _fixture.RunAsync("backup", "create", "--description", "first")).Done();

        Assert.Matches("^[a-z0-9-]{1,64}\n$", outcome.Output);
        Assert.Contains("full backup of 1 entry, ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_without_a_terminal_says_nothing_but_the_id()
    {
        _fixture.Save("global", "a", 1L);
        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backups = 1\n");

        foreach (string[] options in (string[][])[["--incremental"], ["--incremental"], []])
        {
            Assert.Empty((await _fixture.RunAsync(["backup", "create", .. options])).Done().Error);
        }
    }

    [Fact]
    public async Task Create_gives_each_warning_once_without_a_terminal_too()
    {
        _fixture.Save("global", "a", 1L);
        string id = await CreateIdAsync();
        _fixture.Write($"backups/manifests/{id}.json", "{}");

        string error = (await _fixture.RunAsync("backup", "create")).Done().Error;

        Assert.StartsWith("llmspell: warning: ", Assert.Single(error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate|latest")]
    [InlineData("restore|latest|--yes")]
    [InlineData("show|latest")]
    [InlineData("pin|latest")]
    public async Task Latest_is_no_older_backup_where_the_newest_cannot_be_read(string command)
    {
        _fixture.Save("global", "a", 1L);
        string older = await CreateIdAsync();
        _fixture.Save("global", "a", 2L);
        string newest = await CreateIdAsync();
        string file = $"backups/manifests/{newest}.json";
        _fixture.Write(file, "{}");

        string error = (await _fixture.RunAsync(["backup", .. command.Split('|')])).FailedWith(5);

        Assert.Contains(newest, error, StringComparison.Ordinal);
        Assert.Contains($"{older} (1 entry) is the newest that can be read", error, StringComparison.Ordinal);
        (await _fixture.RunAsync("backup", "validate", older)).Done();
    }

    [Theory]
    [InlineData("backup|diff|latest")]
    [InlineData("backup|restore|latest|--dry-run")]
    [InlineData("backup|pin|latest")]
    [InlineData("backup|unpin|latest")]
    [InlineData("repository|copy|--to|second|--newest")]
    [InlineData("state|get|global|newer|--backup|latest")]
    [InlineData("state|list|global|--backup|latest")]
    public async Task Latest_that_a_cleanup_takes_meanwhile_is_the_newer_one(string command)
    {
        _fixture.Save("global", "a", 1L);
        string first = await CreateIdAsync();
        _fixture.Save("global", "newer", 2L);
        string newer = await CreateIdAsync();
        string manifests = Path.Combine(_fixture.Folder, "backups", "manifests");
        string aside = Path.Combine(_fixture.Folder, "newer");
        File.Move(Path.Combine(manifests, $"{newer}.json"), aside);
        var storage = new FolderStorage(Path.Combine(_fixture.Folder, "backups"));
        using IDisposable? layers = await storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, TestContext.Current.CancellationToken);
        using IDisposable? publish = await storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, TestContext.Current.CancellationToken);
        Assert.True(layers is not null && publish is not null);
        _fixture.Clock = new WaitingClock(() =>
        {
            File.Move(aside, Path.Combine(manifests, $"{newer}.json"));
            File.Delete(Path.Combine(manifests, $"{first}.json"));
            layers.Dispose();
            publish.Dispose();
        });

        string output = (await _fixture.RunAsync([.. command.Split('|'), "--output", "json"])).Done().Output;

        Assert.False(File.Exists(aside));
        Assert.Contains("newer", output.Replace(newer, "newer", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(first, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latest_names_the_newest_backup_of_each_state_where_it_cannot_be_told_which_is_meant()
    {
        _fixture.Save("global", "a", 1L);
        string first = await CreateIdAsync();
        Directory.Delete(Path.Combine(_fixture.Folder, ".llmspell"), recursive: true);
        _fixture.Save("global", "a", 2L);
        _fixture.Save("global", "b", 2L);
        string second = await CreateIdAsync();
        Assert.Contains(second, (await _fixture.RunAsync("backup", "show", "latest")).Done().Output, StringComparison.Ordinal);
        _fixture.Write(".llmspell/state.db", "no database");

        string error = (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes")).FailedWith(2);

        Assert.Contains("a state that is damaged cannot say", error, StringComparison.Ordinal);
        Assert.Contains($"{first} (1 entry), {second} (2 entries)", error, StringComparison.Ordinal);
        (await _fixture.RunAsync("backup", "restore", second, "--replace-damaged", "--yes")).Done();
    }

    [Fact]
    public async Task Create_as_JSON_is_as_documented()
    {
        _fixture.Save("global", "a", 1L);

        JsonElement created = await CreateAsync("--description", "first");
        JsonShape.AssertAsDocumented("backup create", created);
        JsonElement backup = created.GetProperty("backup");
        Assert.Equal("full", backup.GetProperty("kind").GetString());
        Assert.Equal("first", backup.GetProperty("description").GetString());
        Assert.Equal(1, backup.GetProperty("entries").GetInt64());
        Assert.Equal(1, backup.GetProperty("ordinal").GetInt64());

        _fixture.Save("global", "b", 2L);
        JsonElement incremental = (await CreateAsync("--incremental")).GetProperty("backup");
        Assert.Equal("incremental", incremental.GetProperty("kind").GetString());
        Assert.Equal(backup.GetProperty("id").GetString(), incremental.GetProperty("parent").GetString());
        Assert.Equal(2, incremental.GetProperty("entries").GetInt64());
    }

    [Fact]
    public async Task An_incremental_that_becomes_full_says_why()
    {
        _fixture.Save("global", "a", 1L);

        JsonElement backup = (await CreateAsync("--incremental")).GetProperty("backup");
        Assert.Equal("full", backup.GetProperty("kind").GetString());
        Assert.NotEmpty(backup.GetProperty("reason").GetString()!);

        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nincremental_enabled = false\n");
        _fixture.IsTerminal = true;
        CommandOutcome text = (await _fixture.RunAsync("backup", "create", "--incremental")).Done();
        Assert.Contains("full instead of incremental: ", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_says_how_many_layers_it_merged()
    {
        _fixture.Save("global", "a", new string('a', 1_200_000));
        Assert.Equal(0, (await CreateAsync()).GetProperty("merged_layers").GetInt32());
        _fixture.Save("global", "b", new string('b', 1_200_000));
        JsonElement created = await CreateAsync("--incremental");
        Assert.Equal(2, created.GetProperty("merged_layers").GetInt32());
        Assert.Equal(1, created.GetProperty("backup").GetProperty("layer_count").GetInt32());

        _fixture.IsTerminal = true;
        _fixture.Save("global", "b", new string('c', 2_400_000));
        CommandOutcome text = (await _fixture.RunAsync("backup", "create", "--incremental")).Done();
        Assert.Contains("incremental backup of 2 entries, ", text.Error, StringComparison.Ordinal);
        Assert.Contains("merged 2 layers into one", text.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_shows_the_backups_oldest_first()
    {
        CommandOutcome none = (await _fixture.RunAsync("backup", "list")).Done();
        Assert.Empty(none.Output);
        Assert.Contains("no backups in ", none.Error, StringComparison.Ordinal);

        _fixture.Save("global", "a", 1L);
        string first = await CreateIdAsync("--description", "one\e[31m");
        string second = await CreateIdAsync("--description", "two");

        string[] lines = (await _fixture.RunAsync("backup", "list")).Done().Output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^ID +CREATED +KIND +ENTRIES +ADDED +RESTORES +DESCRIPTION$", lines[0]);
        Assert.Matches($"^{first} +.*Z +full +1 +[0-9.]+ (B|KiB) +[0-9.]+ (B|KiB) +one\\\\u\\{{1b\\}}\\[31m$", lines[1]);
        Assert.StartsWith(second, lines[2], StringComparison.Ordinal);

        (await _fixture.RunAsync("backup", "validate", second)).Done();
        lines = (await _fixture.RunAsync("backup", "list")).Done().Output.TrimEnd('\n').Split('\n');
        Assert.Matches("^ID +CREATED +KIND +ENTRIES +ADDED +RESTORES +VALIDATED +DESCRIPTION$", lines[0]);
        Assert.Matches("(B|KiB) +- +one", lines[1]);

        CommandOutcome json = (await _fixture.RunAsync("backup", "list", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("backup list", json.Json);
        Assert.Equal(
            [first, second], json.Json.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Show_names_one_backup_and_its_layers()
    {
        _fixture.Save("global", "a", 1L);
        string id = await CreateIdAsync();

        Assert.Matches($"(?m)^id: +{id}$", (await _fixture.RunAsync("backup", "show", id)).Done().Output);
        CommandOutcome latest = (await _fixture.RunAsync("backup", "show", "latest", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("backup show", latest.Json);
        Assert.Equal(id, latest.Json.GetProperty("backup").GetProperty("id").GetString());
        Assert.Equal("zstd", latest.Json.GetProperty("backup").GetProperty("layers")[0].GetProperty("codec").GetString());
    }

    [Fact]
    public async Task Validate_reads_a_backup_whole()
    {
        _fixture.Save("global", "a", 1L);
        string id = await CreateIdAsync();

        Assert.StartsWith($"{id} is whole: 1 entry, ", (await _fixture.RunAsync("backup", "validate", "latest")).Done().Output, StringComparison.Ordinal);
        CommandOutcome json = (await _fixture.RunAsync("backup", "validate", id, "--output", "json")).Done();
        JsonShape.AssertAsDocumented("backup validate", json.Json);
        Assert.True(json.Json.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Validate_takes_several_ids_or_all_and_a_depth_and_is_remembered()
    {
        _fixture.Save("global", "a", 1L);
        string first = await CreateIdAsync();
        _fixture.Save("global", "b", 2L);
        string second = await CreateIdAsync("--incremental");

        Assert.Equal(
            $"{first} is there: all files in their sizes, none was read\n",
            (await _fixture.RunAsync("backup", "validate", first, "--depth", "present")).Done().Output);
        Assert.Contains("present ", (await _fixture.RunAsync("backup", "list")).Done().Output, StringComparison.Ordinal);
        string restored = (await _fixture.RunAsync("backup", "validate", "--all", "--depth", "restored")).Done().Output;
        Assert.Contains($"{first} is whole: 1 entry, ", restored, StringComparison.Ordinal);
        Assert.Contains($"{second} is whole: 2 entries, ", restored, StringComparison.Ordinal);
        Assert.Contains("restored into a scratch state and compared\n", restored, StringComparison.Ordinal);
        Assert.Contains("restored: whole", (await _fixture.RunAsync("backup", "show", second)).Done().Output, StringComparison.Ordinal);

        JsonElement json = (await _fixture.RunAsync("backup", "validate", first, "latest", "--output", "json")).Done().Json;
        Assert.Equal([first, second], json.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("id").GetString()));
        JsonElement listed = (await _fixture.RunAsync("backup", "list", "--output", "json")).Done().Json.GetProperty("backups")[1];
        Assert.Equal("readable", listed.GetProperty("validated_depth").GetString());
        Assert.Equal("whole", listed.GetProperty("validated_outcome").GetString());
        Assert.NotNull(listed.GetProperty("validated_at").GetString());
    }

    [Fact]
    public async Task Validate_without_a_backup_or_with_ids_and_all_is_a_usage_error()
    {
        Assert.Contains("no backup is named", (await _fixture.RunAsync("backup", "validate")).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("without ids", (await _fixture.RunAsync("backup", "validate", "--all", "latest")).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("readable", (await _fixture.RunAsync("backup", "validate", "--all", "--depth", "deep")).FailedWith(2), StringComparison.Ordinal);
        Assert.Contains("no backups in", (await _fixture.RunAsync("backup", "validate", "--all")).Done().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_manifest_can_be_read_nothing_says_that_there_is_no_backup()
    {
        _fixture.Save("global", "k", 1L);
        (await _fixture.RunAsync("backup", "create")).Done();
        string manifest = Assert.Single(Directory.GetFiles(Path.Combine(_fixture.Folder, "backups", "manifests")));
        await File.WriteAllTextAsync(manifest, "damaged", TestContext.Current.CancellationToken);

        string list = (await _fixture.RunAsync("backup", "list")).Done().Error;
        string filtered = (await _fixture.RunAsync("backup", "list", "--label", "job")).Done().Error;
        string latest = (await _fixture.RunAsync("backup", "show", "latest")).FailedWith(5);
        string doctor = (await _fixture.RunAsync("doctor")).Output;
        string validate = (await _fixture.RunAsync("backup", "validate", "--all")).Error;

        Assert.StartsWith($"llmspell: no backup in {Path.Combine(_fixture.Folder, "backups")} can be read\nllmspell: warning: ", list, StringComparison.Ordinal);
        Assert.Contains("that can be read has these labels", filtered, StringComparison.Ordinal);
        Assert.Contains("can be read: manifests/", latest, StringComparison.Ordinal);
        Assert.All([list, filtered, latest, doctor, validate], text => Assert.DoesNotContain(" yet", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_backup_ends_validate_and_restore_with_5_and_names_the_file()
    {
        _fixture.Save("global", "a", "before");
        string id = await CreateIdAsync();
        string layer = Assert.Single(Directory.GetFiles(Path.Combine(_fixture.Folder, "backups", "layers"), "*.zst"));
        byte[] bytes = await File.ReadAllBytesAsync(layer, TestContext.Current.CancellationToken);
        bytes[^5] ^= 1;
        await File.WriteAllBytesAsync(layer, bytes, TestContext.Current.CancellationToken);
        _fixture.Save("global", "a", "after");

        CommandOutcome text = await _fixture.RunAsync("backup", "validate", id);
        Assert.Equal(5, text.Code);
        Assert.Equal($"{id} is damaged\n", text.Output);
        Assert.Contains(Path.GetFileName(layer), text.Error, StringComparison.Ordinal);

        CommandOutcome json = await _fixture.RunAsync("backup", "validate", id, "--output", "json");
        Assert.Equal(5, json.Code);
        JsonShape.AssertAsDocumented("backup validate", json.Json);
        Assert.False(json.Json.GetProperty("valid").GetBoolean());
        Assert.Equal(id, json.Json.GetProperty("errors")[0].GetProperty("lost")[0].GetString());
        Assert.Contains("damaged ", (await _fixture.RunAsync("backup", "list")).Done().Output, StringComparison.Ordinal);

        CommandOutcome restore = await _fixture.RunAsync("backup", "restore", id, "--yes", "--output", "json");
        Assert.Equal(5, restore.Code);
        Assert.Equal("backup_damaged", restore.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Contains(Path.GetFileName(layer), restore.Json.GetProperty("error").GetProperty("file").GetString(), StringComparison.Ordinal);
        Assert.Equal("\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("validate")]
    [InlineData("restore")]
    public async Task An_unknown_backup_is_not_found(string command)
    {
        _fixture.Save("global", "a", 1L);
        await CreateIdAsync();

        foreach (string id in (string[])["20200101-000000-aaaaaaaa", "Not/An/Id", ""])
        {
            Assert.Contains("no backup with id", (await _fixture.RunAsync("backup", command, id, "--yes")).FailedWith(4), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Latest_without_any_backup_is_not_found()
    {
        _fixture.Save("global", "a", 1L);

        Assert.Contains("no backup in", (await _fixture.RunAsync("backup", "show", "latest")).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_brings_the_state_back_and_says_how_to_undo_it()
    {
        _fixture.Save("global", "a", "before");
        string id = await CreateIdAsync();
        _fixture.Save("global", "a", "after");

        string[] lines = (await _fixture.RunAsync("backup", "restore", id, "--yes")).Done().Output.TrimEnd('\n').Split('\n');

        Assert.StartsWith($"restored {id} of ", lines[0], StringComparison.Ordinal);
        Assert.Equal("\"before\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
        string undo = Assert.Single(lines, line => line.StartsWith("  llmspell ", StringComparison.Ordinal));
        CommandOutcome back = (await _fixture.RunAsync([.. undo.Trim().Split(' ').Skip(1), "--yes", "--output", "json"])).Done();
        JsonShape.AssertAsDocumented("backup restore", back.Json);
        Assert.True(back.Json.GetProperty("restored").GetProperty("safety").GetBoolean());
        Assert.Equal("\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);

        // Safety backups are never the latest.
        Assert.Contains($"id:           {id}\n", (await _fixture.RunAsync("backup", "show", "latest")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_into_a_place_without_state_needs_no_confirmation()
    {
        _fixture.Save("global", "a", 1L);
        await CreateIdAsync();
        Directory.Delete(Path.Combine(_fixture.Folder, ".llmspell"), recursive: true);

        JsonElement restored = (await _fixture.RunAsync("backup", "restore", "latest", "--output", "json")).Done().Json;

        Assert.Equal(JsonValueKind.Null, restored.GetProperty("safety_backup").ValueKind);
        Assert.Equal("1\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("YES\n", 0)]
    [InlineData("n\n", 2)]
    [InlineData("\n", 2)]
    [InlineData("", 2)]
    public async Task On_a_terminal_restore_asks(string answer, int code)
    {
        _fixture.Save("global", "a", "before");
        string id = await CreateIdAsync();
        _fixture.Save("global", "a", "after");
        _fixture.IsTerminal = true;
        _fixture.Input = answer;

        CommandOutcome outcome = await _fixture.RunAsync("backup", "restore", id);

        Assert.Equal(code, outcome.Code);
        Assert.Contains($"backup {id} of ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Go on? [y/N]", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(code == 0 ? "\"before\"\n" : "\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
    }

    [Theory]
    [InlineData("restore|latest")]
    [InlineData("cleanup")]
    public async Task An_interrupt_at_the_question_ends_it_without_an_answer_and_changes_nothing(string command)
    {
        _fixture.Save("global", "a", "before");
        await CreateIdAsync();
        await CreateIdAsync();
        _fixture.Save("global", "a", "after");
        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backups = 1\n");
        using var interrupt = new CancellationTokenSource();
        using var keys = new ManualResetEventSlim();
        _fixture.IsTerminal = true;
        _fixture.Interrupt = interrupt.Token;
        _fixture.OpenInput = () =>
        {
            _ = interrupt.CancelAsync();
            keys.Wait();
            return Stream.Null;
        };

        CommandOutcome outcome = await _fixture.RunAsync(["backup", .. command.Split('|')]);

        keys.Set();
        Assert.Equal(130, outcome.Code);
        Assert.EndsWith("Go on? [y/N]\n\nllmspell: interrupted\n", outcome.Error, StringComparison.Ordinal);
        (_fixture.IsTerminal, _fixture.Interrupt) = (false, default);
        Assert.Equal("\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Without_a_terminal_restore_and_cleanup_want_yes()
    {
        _fixture.Save("global", "a", "before");
        string id = await CreateIdAsync();
        await CreateIdAsync();
        _fixture.Save("global", "a", "after");
        Assert.Contains("--yes", (await _fixture.RunAsync("backup", "restore", id)).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal("\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);

        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backups = 1\n");
        Assert.Contains("1 backup in", (await _fixture.RunAsync("backup", "cleanup")).FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Cleanup_removes_exactly_what_its_dry_run_says()
    {
        _fixture.Save("global", "a", 1L);
        string first = await CreateIdAsync();
        string second = await CreateIdAsync();
        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backups = 1\n");

        JsonElement plan = (await _fixture.RunAsync("backup", "cleanup", "--dry-run", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("backup cleanup", plan);
        Assert.Equal(2, await CountAsync());
        CommandOutcome text = (await _fixture.RunAsync("backup", "cleanup", "--dry-run")).Done();
        Assert.Matches($"(?m)^{first} +.*Z +would remove +.+$", text.Output);
        Assert.Matches($"(?m)^{second} +.*Z +keep +.+$", text.Output);

        JsonElement done = (await _fixture.RunAsync("backup", "cleanup", "--yes", "--output", "json")).Done().Json;
        Assert.Equal(1, done.GetProperty("deleted_count").GetInt32());
        Assert.Equal(plan.GetProperty("space_freed").GetInt64(), done.GetProperty("space_freed").GetInt64());
        Assert.Equal(Removed(plan), Removed(done));
        Assert.Equal(1, await CountAsync());
        Assert.Equal(
            second, (await _fixture.RunAsync("backup", "show", "latest", "--output", "json")).Json.GetProperty("backup").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Cleanup_with_nothing_to_remove_asks_nothing()
    {
        _fixture.Save("global", "a", 1L);
        await CreateIdAsync();

        Assert.Contains("removed 0 backups", (await _fixture.RunAsync("backup", "cleanup")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_counts_backups_and_bytes()
    {
        _fixture.Save("global", "a", 1L);
        await CreateIdAsync();
        _fixture.Save("global", "b", 1L);
        await CreateIdAsync("--incremental");

        JsonElement usage = (await _fixture.RunAsync("backup", "usage", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("backup usage", usage);
        Assert.Equal(1, usage.GetProperty("full_backups").GetInt32());
        Assert.Equal(1, usage.GetProperty("incremental_backups").GetInt32());
        Assert.Contains("2 backups (1 full, 1 incremental), ", (await _fixture.RunAsync("backup", "usage")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enabled", "create")]
    [InlineData("enabled", "list")]
    [InlineData("enabled", "restore|latest")]
    [InlineData("enabled", "show|latest")]
    [InlineData("backup_enabled", "create")]
    [InlineData("backup_enabled", "usage")]
    public async Task Switched_off_backups_name_the_setting(string setting, string command)
    {
        _fixture.Write("llmspell.toml", $"[runtime.state_persistence]\n{setting} = false\n");

        string error = (await _fixture.RunAsync(["backup", .. command.Split('|')])).FailedWith(3);
        Assert.Contains($"runtime.state_persistence.{setting} = false", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("restore|latest")]
    [InlineData("restore|latest|--dry-run")]
    [InlineData("restore|latest|--replace-damaged")]
    [InlineData("undo-restore")]
    [InlineData("diff|latest")]
    [InlineData("cleanup")]
    [InlineData("calendar")]
    public async Task A_state_in_memory_is_not_there_to_be_backed_up_restored_or_compared(string command)
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"memory\"\n");

        string error = (await _fixture.RunAsync(["backup", .. command.Split('|')])).FailedWith(3);
        Assert.Contains("backend_type = \"sqlite\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_nothing_has_is_not_looked_for_again_as_latest_is()
    {
        int uses = 0;

        await Assert.ThrowsAsync<BackupNotFoundException>(() => BackupReference.UseAsync<int>(["latest", "none"], () =>
        {
            uses++;
            throw new BackupNotFoundException("none", "backups");
        }));

        Assert.Equal(1, uses);
    }

    [Theory]
    [InlineData("backup|show|latest")]
    [InlineData("repository|check")]
    public async Task Where_only_scripts_can_make_backups_the_hint_says_how(string command)
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"memory\"\n");

        Assert.Contains("`State.create_backup()`", (await _fixture.RunAsync(command.Split('|'))).FailedWith(4), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_backups_that_a_script_made_of_a_state_in_memory_can_be_looked_at_and_brought_to_a_state_that_stays()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbackend_type = \"memory\"\n");
        _fixture.Write("stays.toml", "[runtime.state_persistence]\npath = \"stays\"\n");
        string id = (await _fixture.RunAsync(
            "exec", "State.save('global', 'a', 7) io.write(State.create_backup().backup_id)")).Done().Output;

        foreach (string command in (string[])[
            "backup|list", $"backup|show|{id}", $"backup|pin|{id}", "backup|unpin|latest", "backup|validate|--all", "backup|usage", $"backup|diff|{id}|latest",
            $"state|list|global|--backup|{id}", "repository|check", "repository|copy|--to|second-place", "repository|repair"])
        {
            (await _fixture.RunAsync(command.Split('|'))).Done();
        }

        Assert.Contains(id, (await _fixture.RunAsync("backup", "list")).Done().Output, StringComparison.Ordinal);
        Assert.Equal("7\n", (await _fixture.RunAsync("state", "get", "global", "a", "--backup", id)).Done().Output);
        (await _fixture.RunAsync("backup", "restore", id, "--to", "stays.toml")).Done();
        Assert.Equal("7\n", (await _fixture.RunAsync("-c", "stays.toml", "state", "get", "global", "a")).Done().Output);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("usage")]
    [InlineData("validate|20200101-000000-aaaaaaaa")]
    public async Task A_file_in_place_of_the_backups_is_a_storage_failure(string command)
    {
        string file = _fixture.Write("backups", "a file");

        string error = (await _fixture.RunAsync(["backup", .. command.Split('|')])).FailedWith(7);
        Assert.Contains($"{file} is a file", error, StringComparison.Ordinal);
        Assert.Contains("backup_dir", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_state_beside_backups_gets_a_warning_that_names_the_way_back(bool emptyFile)
    {
        _fixture.Save("global", "a", 1L);
        Assert.Empty((await _fixture.RunAsync("exec", "State.create_backup() State.save('global', 'a', 2)")).Done().Error);
        string folder = Path.Combine(_fixture.Folder, ".llmspell");
        Directory.Delete(folder, recursive: true);
        if (emptyFile)
        {
            _fixture.Write(".llmspell/state.db", "");
        }

        Assert.Empty((await _fixture.RunAsync("exec", "print('no state used')")).Done().Error);
        Assert.Equal(
            $"llmspell: warning: a new state was made in {folder}, although there are backups in {Path.Combine(_fixture.Folder, "backups")}\n" +
            "hint: `llmspell backup restore latest` brings the newest back\n",
            (await _fixture.RunAsync("exec", "State.save('global', 'b', 1) State.list_scopes()")).Done().Error);
        Assert.Empty((await _fixture.RunAsync("exec", "State.save('global', 'b', 1)")).Done().Error);
    }

    [Fact]
    public async Task A_restore_into_a_new_state_and_a_new_state_without_backups_get_no_warning()
    {
        Assert.Empty((await _fixture.RunAsync("exec", "State.save('global', 'a', 1)")).Done().Error);
        await CreateIdAsync();
        Directory.Delete(Path.Combine(_fixture.Folder, ".llmspell"), recursive: true);

        Assert.Empty((await _fixture.RunAsync("backup", "restore", "latest")).Done().Error);
    }

    [Fact]
    public async Task Without_a_state_there_is_nothing_to_back_up()
    {
        Assert.Contains("there is no state in", (await _fixture.RunAsync("backup", "create")).FailedWith(4), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Folder));
    }

    [Fact]
    public async Task A_restore_while_somebody_writes_is_busy_and_changes_nothing()
    {
        _fixture.Write("llmspell.toml", "[runtime.state_persistence]\nbusy_timeout_ms = 0\n");
        _fixture.Save("global", "a", "before");
        string id = await CreateIdAsync();
        using (StateStore store = _fixture.OpenStore())
        {
            using StateTransaction held = store.BeginTransaction();
            held.Save(("global", "a"), "after");
            (await _fixture.RunAsync("backup", "restore", id, "--yes")).FailedWith(6);
            held.Commit();
        }

        Assert.Equal("\"after\"\n", (await _fixture.RunAsync("state", "get", "global", "a")).Done().Output);
    }

    [Fact]
    public async Task An_interrupted_create_leaves_nothing_behind()
    {
        _fixture.Save("global", "a", 1L);
        await CreateIdAsync();
        _fixture.Interrupt = new CancellationToken(canceled: true);

        CommandOutcome outcome = await _fixture.RunAsync("backup", "create");
        Assert.Equal(130, outcome.Code);
        Assert.Equal("llmspell: interrupted\n", outcome.Error);

        _fixture.Interrupt = default;
        Assert.Equal(1, await CountAsync());
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(_fixture.Folder, "backups", "layers")),
            file => !file.EndsWith(".zst", StringComparison.Ordinal) && !file.EndsWith(".index", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_description_that_is_too_long_is_a_usage_error()
    {
        _fixture.Save("global", "a", 1L);

        (await _fixture.RunAsync("backup", "create", "--description", new string('x', 4097))).FailedWith(2);
    }

    private async Task<JsonElement> CreateAsync(params string[] options) =>
        (await _fixture.RunAsync(["backup", "create", "--output", "json", .. options])).Done().Json;

    private async Task<string> CreateIdAsync(params string[] options) =>
        (await CreateAsync(options)).GetProperty("backup").GetProperty("id").GetString()!;

    private async Task<int> CountAsync() =>
        (await _fixture.RunAsync("backup", "list", "--output", "json")).Done().Json.GetProperty("backups").GetArrayLength();

    private static IEnumerable<string?> Removed(JsonElement cleanup) => cleanup.GetProperty("decisions").EnumerateArray()
        .Where(decision => !decision.GetProperty("keep").GetBoolean())
        .Select(decision => decision.GetProperty("id").GetString());

    /// <summary>Does something before the first wait for a lock of the repository.</summary>
    private sealed class WaitingClock(Action first) : TimeProvider
    {
        private Action? _first = first;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.FromSeconds(1))
            {
                Interlocked.Exchange(ref _first, null)?.Invoke();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
