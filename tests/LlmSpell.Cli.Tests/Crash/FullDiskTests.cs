using LlmSpell.Cli.Tests.Commands;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Crash;

/// <summary>A file system without one free byte: what is asked for fails with a clear error, nothing is lost, and a cleanup makes room.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int StorageFailed = 7;
    private const int Large = 100_000;

    private readonly CommandLineFixture _cli = new();
    private readonly SmallDisk _disk;

    public FullDiskTests()
    {
        _disk = new SmallDisk(Path.Combine(_cli.Folder, "disk"));
    }

    public void Dispose()
    {
        _disk.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task With_no_byte_free_for_backups_a_create_leaves_nothing_behind_and_a_cleanup_makes_room()
    {
        Configure(state: ".llmspell", backups: "disk/backups", maxBackups: 10);
        for (int i = 0; i < 3; i++)
        {
            _cli.Save("global", "large", Incompressible(i));
            (await _cli.RunAsync("backup", "create")).Done();
        }

        _cli.Save("global", "large", Incompressible(3));
        _disk.Fill();
        string[] before = Files("backups");

        string error = (await _cli.RunAsync("backup", "create")).FailedWith(StorageFailed);
        Assert.Contains("the disk is full", error, StringComparison.Ordinal);
        Assert.Contains("llmspell backup cleanup", error, StringComparison.Ordinal);
        Assert.Equal(before, Files("backups"));

        // A restore first saves what it replaces: without that it does nothing.
        error = (await _cli.RunAsync("backup", "restore", "latest", "--yes")).FailedWith(StorageFailed);
        Assert.Contains("the disk is full", error, StringComparison.Ordinal);
        Assert.Equal(before, Files("backups"));
        using (StateStore store = _cli.OpenStore())
        {
            Assert.Equal(Incompressible(3), store.Load(("global", "large")));
        }

        (await _cli.RunAsync("backup", "validate", "latest")).Done();
        Assert.Equal(0, _disk.FreeBytes);

        Configure(state: ".llmspell", backups: "disk/backups", maxBackups: 1);
        (await _cli.RunAsync("backup", "cleanup", "--yes")).Done();
        Assert.InRange(_disk.FreeBytes, 2 * Large, int.MaxValue);
        (await _cli.RunAsync("backup", "create")).Done();
        (await _cli.RunAsync("backup", "validate", "latest")).Done();
        (await _cli.RunAsync("backup", "restore", "latest", "--yes")).Done();
    }

    [Fact]
    public async Task With_no_byte_free_for_the_state_a_save_fails_and_what_was_acknowledged_stays()
    {
        Configure(state: "disk/state", backups: "disk/backups", maxBackups: 1);
        _cli.Save("global", "large", Incompressible(0));
        (await _cli.RunAsync("backup", "create")).Done();
        Configure(state: "disk/state", backups: "disk/backups", maxBackups: 10);
        (await _cli.RunAsync("backup", "create")).Done();
        int acknowledged = 0;
        using (StateStore store = _cli.OpenStore())
        {
            store.Save(("global", "before"), true);
            _disk.Fill();
            StateStorageException failure = Assert.Throws<StateStorageException>(() =>
            {
                for (; acknowledged < 100; acknowledged++)
                {
                    store.Save(("many", $"{acknowledged}"), Incompressible(acknowledged));
                }
            });

            Assert.Contains("There is no room to write the state", failure.Message, StringComparison.Ordinal);
            Assert.Contains("llmspell backup cleanup", failure.Hint, StringComparison.Ordinal);
            Assert.False(failure.OutcomeUnknown);
            CommandOutcome script = await _cli.RunAsync("exec", "State.save('global', 'large', ('y'):rep(50000))");
            Assert.NotEqual(0, script.Code);
            Assert.Contains("There is no room to write the state", script.Error, StringComparison.Ordinal);
            AssertAcknowledged(store, acknowledged);

            // While a script has the state open, a cleanup needs no room at all.
            Assert.Equal(0, _disk.FreeBytes);
            Configure(state: "disk/state", backups: "disk/backups", maxBackups: 1);
            (await _cli.RunAsync("backup", "cleanup", "--yes")).Done();
            store.Save(("global", "after"), true);
        }

        using StateStore again = _cli.OpenStore();
        AssertAcknowledged(again, acknowledged);
        Assert.True(again.Contains(("global", "after")));
        Assert.True(again.Check(TestContext.Current.CancellationToken).IsSound);
    }

    [Fact]
    public async Task A_state_that_cannot_be_opened_for_want_of_room_says_so_and_opens_when_there_is_some()
    {
        Configure(state: "disk/state", backups: "disk/backups", maxBackups: 1);
        _cli.Save("global", "x", 1);
        for (int i = 0; i < 3; i++)
        {
            _cli.Save("global", "large", Incompressible(i));
            Configure(state: "disk/state", backups: "disk/backups", maxBackups: 10);
            (await _cli.RunAsync("backup", "create")).Done();
        }

        Configure(state: "disk/state", backups: "disk/backups", maxBackups: 1);
        _disk.Fill();

        Assert.Contains(
            "There is no room to open the state", (await _cli.RunAsync("state", "get", "global", "x")).FailedWith(StorageFailed), StringComparison.Ordinal);

        // A cleanup makes the room even so.
        Assert.Contains("the state could not be opened", (await _cli.RunAsync("backup", "cleanup", "--yes")).Done().Error, StringComparison.Ordinal);
        Assert.Equal("1\n", (await _cli.RunAsync("state", "get", "global", "x")).Done().Output);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(3)]
    public async Task An_import_that_has_no_room_for_what_it_reads_says_so_and_imports_nothing(int entries)
    {
        Configure(state: "disk/state", backups: "disk/backups", maxBackups: 1);
        _cli.Save("global", "x", 1);
        _cli.Write("many.ndjson", string.Concat(Enumerable.Range(0, entries).Select(i => $$"""{"scope":"a","key":"{{i}}","value":"{{new string('x', 10_000)}}"}""" + "\n")));
        using StateStore store = _cli.OpenStore();
        _disk.Fill();

        string error = (await _cli.RunAsync("state", "import", Path.Combine(_cli.Folder, "many.ndjson"))).FailedWith(StorageFailed);

        Assert.Contains($"cannot keep the entries that are read in {Path.Combine(_disk.Path, "state")}: ", error, StringComparison.Ordinal);
        Assert.Contains("nothing was imported\nhint: ", error, StringComparison.Ordinal);
        Assert.Equal(1, store.ReadStatus().Entries);
    }

    [Fact]
    public async Task A_restore_that_has_no_room_beside_the_damaged_state_says_where_that_is_and_that_its_place_is_empty()
    {
        Configure(state: "disk/state", backups: "backups", maxBackups: 1);
        using (StateStore store = _cli.OpenStore())
        {
            store.SaveMany(Enumerable.Range(0, 8).Select(static i => KeyValuePair.Create<StateKey, StateValue>(("many", $"{i}"), Incompressible(i))));
        }

        string id = (await _cli.RunAsync("backup", "create")).Done().Output.Trim();
        string database = Path.Combine(_disk.Path, "state", "state.db");
        using (FileStream file = File.OpenWrite(database))
        {
            file.Write("garbage"u8);
        }

        string others = Path.Combine(_disk.Path, "others");
        await File.WriteAllBytesAsync(others, new byte[_disk.FreeBytes - (5 * Large)], TestContext.Current.CancellationToken);

        string error = (await _cli.RunAsync("backup", "restore", "latest", "--replace-damaged", "--yes")).FailedWith(StorageFailed);

        string aside = Assert.Single(Directory.GetDirectories(Path.Combine(_disk.Path, "state"), "damaged-*"));
        Assert.Contains($"the damaged state was put into {aside}, and the one in its place may be empty", error, StringComparison.Ordinal);
        Assert.Contains($"llmspell backup restore {id}", error, StringComparison.Ordinal);
        File.Delete(others);
        (await _cli.RunAsync("backup", "restore", id, "--yes")).Done();
        using StateStore restored = _cli.OpenStore();
        Assert.Equal(Incompressible(7), restored.Load(("many", "7")));
    }

    private static void AssertAcknowledged(StateStore store, int acknowledged)
    {
        Assert.True(store.Contains(("global", "before")));
        Assert.Equal(Incompressible(0), store.Load(("global", "large")));
        for (int i = 0; i < acknowledged; i++)
        {
            Assert.Equal(Incompressible(i), store.Load(("many", $"{i}")));
        }

        Assert.False(store.Contains(("many", $"{acknowledged}")));
        StateContent.Read(store);
    }

    private static StateValue Incompressible(int seed)
    {
        byte[] bytes = new byte[Large];
        new Random(seed).NextBytes(bytes);
        bytes[0] = 0xFF;
        return StateValue.From(bytes);
    }

    private void Configure(string state, string backups, int maxBackups) => _cli.Write(
        "llmspell.toml",
        $"""
        [runtime.state_persistence]
        path = "{state}"
        [runtime.state_persistence.backup]
        backup_dir = "{backups}"
        max_backups = {maxBackups}
        """);

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(_disk.Path, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
