using System.Text.Json;
using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.State;
using LlmSpell.State.RocksDb;

namespace LlmSpell.Cli.Tests.Backends;

/// <summary>What the command line does with a state in RocksDB.</summary>
public sealed class RocksDbStateTests : IDisposable
{
    private readonly RocksDbFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_script_saves_and_the_next_one_loads()
    {
        (await _fixture.RunAsync("exec", "State.save('global', 'n', 41)")).Done();

        Assert.Equal("42\n", (await _fixture.RunAsync("exec", "print(State.load('global', 'n') + 1)")).Done().Output);
        Assert.True(File.Exists(Path.Combine(_fixture.Store, "format")));
        Assert.False(File.Exists(Path.Combine(_fixture.StateFolder, "state.db")));
    }

    [Fact]
    public async Task Stats_name_the_backend_and_all_its_files()
    {
        _fixture.Commands.Save("global", "n", 41);

        CommandOutcome outcome = (await _fixture.RunAsync("state", "stats", "--output", "json")).Done();
        JsonShape.AssertAsDocumented("state stats", outcome.Json);
        Assert.Equal(("rocksdb", _fixture.Store), (outcome.Json.GetProperty("backend").GetString(), outcome.Json.GetProperty("location").GetString()));
        string[] files = [.. outcome.Json.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()!)];
        Assert.Contains("format", files);
        Assert.Contains(files, file => file.StartsWith("db/", StringComparison.Ordinal));
        Assert.True(outcome.Json.GetProperty("disk_bytes").GetInt64() > 0);
        Assert.Matches(@"on disk +[0-9.]+ \w+ \([0-9]+ files\)\n", (await _fixture.RunAsync("state", "stats")).Done().Output);
    }

    [Fact]
    public async Task Backups_are_taken_and_restored_and_restore_into_the_other_backend()
    {
        _fixture.Commands.Save("global", "a", 1);
        (await _fixture.RunAsync("backup", "create")).Done();
        _fixture.Commands.Save("global", "a", 2);
        JsonElement second = (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done().Json.GetProperty("backup");
        Assert.Equal("incremental", second.GetProperty("kind").GetString());
        _fixture.Commands.Save("global", "a", 3);

        (await _fixture.RunAsync("backup", "restore", "latest", "--yes")).Done();
        Assert.Equal("2", await _fixture.GetAsync("global", "a"));
        (await _fixture.RunAsync("backup", "undo-restore", "--yes")).Done();
        Assert.Equal("3", await _fixture.GetAsync("global", "a"));

        (await _fixture.RunAsync("backup", "restore", second.GetProperty("id").GetString()!, "--to", "sqlite.toml", "--yes")).Done();
        Assert.Equal("2\n", (await _fixture.RunAsync("-c", "sqlite.toml", "state", "get", "global", "a")).Done().Output);
    }

    [Fact]
    public async Task The_doctor_finds_a_sound_state()
    {
        _fixture.Commands.Save("global", "a", 1);
        (await _fixture.RunAsync("backup", "create")).Done();

        string report = (await _fixture.RunAsync("doctor", "-v")).Done().Output;

        Assert.Contains($"{_fixture.Store}: format 1, 1 entry", report, StringComparison.Ordinal);
        Assert.Contains("RocksDB (loaded)", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_state_beside_one_of_another_backend_gets_a_warning_that_says_how_to_take_it_over()
    {
        _fixture.Commands.Save("global", "a", 1);
        Assert.Empty((await _fixture.RunAsync("state", "set", "global", "b", "2")).Done().Error);

        Assert.Contains("another backend's state in " + _fixture.Store, (await _fixture.RunAsync("-c", "sqlite.toml", "doctor")).Done().Output, StringComparison.Ordinal);
        CommandOutcome changed = (await _fixture.RunAsync("-c", "sqlite.toml", "exec", "State.save('global', 'a', 3)")).Done();
        Assert.Contains($"although there is another backend's in {_fixture.Store}\n", changed.Error, StringComparison.Ordinal);
        Assert.Contains("hint: `llmspell -c sqlite.toml state copy --from OLD.toml --replace`", changed.Error, StringComparison.Ordinal);

        Assert.Empty((await _fixture.RunAsync("-c", "sqlite.toml", "exec", "State.save('global', 'a', 4)")).Done().Error);
        (await _fixture.RunAsync("-c", "sqlite.toml", "state", "copy", "--from", "llmspell.toml", "--replace", "--yes")).Done();
        Assert.Equal("1\n", (await _fixture.RunAsync("-c", "sqlite.toml", "state", "get", "global", "a")).Done().Output);
    }

    [Fact]
    public async Task A_state_that_moves_to_it_in_its_place_keeps_its_backups()
    {
        (await _fixture.RunAsync("-c", "sqlite.toml", "state", "set", "global", "a", "1")).Done();
        string old = (await _fixture.RunAsync("-c", "sqlite.toml", "backup", "create")).Done().Output.Trim();

        JsonElement copied = (await _fixture.RunAsync("state", "copy", "--from", "sqlite.toml", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("state copy", copied);
        Assert.True(copied.GetProperty("adopted_store").GetBoolean());

        Assert.Contains(old, (await _fixture.RunAsync("backup", "show", "latest")).Done().Output, StringComparison.Ordinal);
        JsonElement next = (await _fixture.RunAsync("backup", "create", "--incremental", "--output", "json")).Done().Json.GetProperty("backup");
        Assert.Equal("full", next.GetProperty("kind").GetString());
        (await _fixture.RunAsync("backup", "validate", "latest", "--depth", "restored")).Done();
    }

    [Fact]
    public async Task A_copy_back_into_the_old_state_is_the_same_and_takes_a_safety_backup()
    {
        _fixture.Commands.Save("global", "a", 1);
        (await _fixture.RunAsync("state", "copy", "--to", "sqlite.toml")).Done();
        (await _fixture.RunAsync("-c", "sqlite.toml", "state", "set", "global", "b", "2")).Done();

        JsonElement back = (await _fixture.RunAsync("state", "copy", "--from", "sqlite.toml", "--replace", "--yes", "--output", "json")).Done().Json;

        Assert.Equal(1, back.GetProperty("replaced_entries").GetInt32());
        Assert.Equal("2", await _fixture.GetAsync("global", "b"));
        Assert.Contains("is sound: 2 entries", (await _fixture.RunAsync("state", "check")).Done().Output, StringComparison.Ordinal);
        (await _fixture.RunAsync("backup", "restore", back.GetProperty("safety_backup").GetProperty("id").GetString()!, "--yes")).Done();
        Assert.Equal("a\n", (await _fixture.RunAsync("state", "list", "global")).Done().Output);
    }

    [Fact]
    public async Task A_damaged_state_is_put_aside_whole_and_replaced()
    {
        _fixture.Commands.Save("global", "a", 1);
        (await _fixture.RunAsync("backup", "create")).Done();
        Assert.Contains("is not damaged", (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes")).FailedWith(2), StringComparison.Ordinal);
        string manifest = Directory.GetFiles(Path.Combine(_fixture.Store, "db"), "MANIFEST-*").Single();
        byte[] damaged = File.ReadAllBytes(manifest);
        damaged.AsSpan(0, 64).Fill(0xAA);
        File.WriteAllBytes(manifest, damaged);

        Assert.Contains("--replace-damaged", (await _fixture.RunAsync("backup", "restore", "latest", "--yes")).FailedWith(7), StringComparison.Ordinal);
        JsonElement json = (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes", "--output", "json")).Done().Json;

        JsonShape.AssertAsDocumented("backup restore", json);
        string aside = json.GetProperty("damaged_files").GetString()!;
        Assert.StartsWith(Path.Combine(_fixture.StateFolder, "damaged-"), aside, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(aside, "state.rocksdb", "db", Path.GetFileName(manifest))));
        Assert.Equal("1", await _fixture.GetAsync("global", "a"));
    }

    [Fact]
    public async Task A_state_that_has_lost_the_file_that_says_what_it_is_is_damaged_and_not_none()
    {
        _fixture.Commands.Save("global", "a", 1);
        (await _fixture.RunAsync("backup", "create")).Done();
        File.Delete(Path.Combine(_fixture.Store, "format"));

        foreach (string command in (string[])["state list global", "state get global a", "backup create", "backup restore latest --yes"])
        {
            Assert.Contains("state.rocksdb", (await _fixture.RunAsync(command.Split(' '))).FailedWith(7), StringComparison.Ordinal);
        }

        (await _fixture.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes")).Done();
        Assert.Equal("1", await _fixture.GetAsync("global", "a"));
    }

    [Fact]
    public async Task Entries_that_do_not_fit_their_hashes_are_named_and_can_be_accepted()
    {
        using (var backend = RocksDbBackend.Open(new RocksDbOptions { Folder = _fixture.StateFolder }))
        {
            using IStateReplacement replacement = backend.BeginReplacement();
            using WronglyHashed entry = new();
            replacement.Append(entry);
            replacement.Commit(backupId: null, adopt: null);
        }

        CommandOutcome found = await _fixture.RunAsync("state", "check");
        Assert.Equal(7, found.Code);
        Assert.Contains("s/k: the entry does not match the hash", found.Error, StringComparison.Ordinal);
        Assert.Contains("The entry s/k of the source is damaged", (await _fixture.RunAsync("state", "copy", "--to", "sqlite.toml")).FailedWith(7), StringComparison.Ordinal);

        Assert.Contains("is sound: 1 entry", (await _fixture.RunAsync("state", "check", "--accept", "--yes")).Done().Output, StringComparison.Ordinal);
        (await _fixture.RunAsync("backup", "create")).Done();
    }

    [Theory]
    [InlineData("llmspell.toml", true)]
    [InlineData("sqlite.toml", false)]
    public async Task The_library_is_loaded_only_where_the_backend_is_used(string configuration, bool isLoaded)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere a process cannot be asked what it has loaded");
        const string script = "State.save('s', 'k', 1) local maps = io.open('/proc/self/maps'):read('a') print(maps:find('librocksdb', 1, true) ~= nil)";

        (int code, string output, string error) = await CommandLineProcess.Start(_fixture.Commands.Folder, "-c", configuration, "exec", script).EndAsync();

        Assert.True(code == 0, error);
        Assert.Equal(isLoaded ? "true\n" : "false\n", output);
    }

    private sealed class WronglyHashed : IEntryCursor
    {
        private bool _given;

        public ReadOnlySpan<byte> Scope => "s"u8;

        public ReadOnlySpan<byte> Key => "k"u8;

        public long ModifiedAt => 1;

        public EntryHash Hash => new(1);

        public ReadOnlySpan<byte> Value => [1];

        public bool MoveNext() => !_given && (_given = true);

        public void Dispose()
        {
        }
    }
}
