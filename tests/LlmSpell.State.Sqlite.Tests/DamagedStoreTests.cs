using LlmSpell.State.Sqlite.Opening;
using LlmSpell.Testing;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Putting a damaged store aside.</summary>
public sealed class DamagedStoreTests
{
    [Fact]
    public void All_files_move_together_byte_for_byte_and_a_new_store_takes_their_place()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, byte[]> files = new()
        {
            ["state.db"] = [1, 2, 3],
            ["state.db-wal"] = [4],
            ["state.db-shm"] = new byte[32768],
        };
        foreach ((string name, byte[] bytes) in files)
        {
            File.WriteAllBytes(folder[name], bytes);
        }

        string aside = DamagedStore.MoveAside(folder.Path, TimeProvider.System);
        Assert.StartsWith(folder["damaged-"], aside, StringComparison.Ordinal);
        Assert.Equal([aside], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(files.Keys.Order(), Directory.GetFiles(aside).Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(aside, file.Key))));

        using SqliteBackend backend = SqliteBackend.Open(new SqliteOptions { Folder = folder.Path });
        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    [Fact]
    public void A_store_that_another_process_has_open_stays()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("elsewhere nobody can know");
        }

        using TemporaryFolder folder = new();
        using (Worker worker = new("sqlite", "hold", folder.Path))
        {
            Assert.Equal("held", worker.Read());
            string[] before = Directory.GetFileSystemEntries(folder.Path);
            StateBusyException busy = Assert.Throws<StateBusyException>(() => DamagedStore.MoveAside(folder.Path, TimeProvider.System));
            Assert.Contains($"process {worker.Id}", busy.Message, StringComparison.Ordinal);
            Assert.Equal(before.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
        }

        DamagedStore.MoveAside(folder.Path, TimeProvider.System);
    }

    [Fact]
    public void What_cannot_be_moved_stays_where_it_was()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["state.db"], [1, 2, 3]);
        ManualClock clock = new();
        string aside = DamagedStore.MoveAside(folder.Path, clock);
        File.WriteAllBytes(folder["state.db"], [4, 5, 6]);

        // The same second: the folder is there already.
        StateStorageException failure = Assert.Throws<StateStorageException>(() => DamagedStore.MoveAside(folder.Path, clock));
        Assert.Contains(aside, failure.Message, StringComparison.Ordinal);
        Assert.Equal([4, 5, 6], File.ReadAllBytes(folder["state.db"]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(aside, "state.db")));

        // Nor is a folder of somebody else taken away because it is empty.
        File.Delete(Path.Combine(aside, "state.db"));
        Assert.Throws<StateStorageException>(() => DamagedStore.MoveAside(folder.Path, clock));
        Assert.True(Directory.Exists(aside));
    }

    [Fact]
    public void What_cannot_be_moved_back_is_named_with_where_it_is()
    {
        using TemporaryFolder folder = new();
        string aside = Directory.CreateDirectory(folder["aside"]).FullName;
        File.WriteAllBytes(Path.Combine(aside, "state.db"), [1]);
        File.WriteAllBytes(Path.Combine(aside, "state.db-wal"), [2]);
        Directory.CreateDirectory(folder["state.db"]);
        IOException cause = new("no");

        StateStorageException failure = DamagedStore.MoveBack(folder["state.db"], aside, ["", "-wal"], [], cause);

        Assert.Contains($"move state.db from {aside} to {folder.Path}", failure.Hint, StringComparison.Ordinal);
        Assert.Same(cause, failure.InnerException);
        Assert.Equal([2], File.ReadAllBytes(folder["state.db-wal"]));
        Directory.Delete(folder["state.db"]);
        Assert.Contains("Everything is where it was", DamagedStore.MoveBack(folder["state.db"], aside, [""], [], cause).Hint, StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(folder["state.db"]));
        Assert.False(Directory.Exists(aside));
    }

    /// <summary>Another process may have made it where the damaged one was.</summary>
    [Fact]
    public void A_new_state_in_its_place_neither_gets_the_old_log_nor_costs_the_old_state()
    {
        using TemporaryFolder folder = new();
        string aside = Directory.CreateDirectory(folder["aside"]).FullName;
        File.WriteAllBytes(Path.Combine(aside, "state.db"), [1]);
        File.WriteAllBytes(Path.Combine(aside, "state.db-wal"), [2]);
        File.WriteAllBytes(folder["state.db"], [3]);

        StateStorageException failure = DamagedStore.MoveBack(folder["state.db"], aside, ["", "-wal"], [], new IOException("no"));

        Assert.Contains($"is in {aside}", failure.Hint, StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(Path.Combine(aside, "state.db")));
        Assert.Equal([2], File.ReadAllBytes(Path.Combine(aside, "state.db-wal")));
        Assert.Equal([3], File.ReadAllBytes(folder["state.db"]));
        Assert.False(File.Exists(folder["state.db-wal"]));
    }

    [Fact]
    public void What_has_both_names_keeps_the_old_one()
    {
        using TemporaryFolder folder = new();
        string aside = Directory.CreateDirectory(folder["aside"]).FullName;
        File.WriteAllBytes(Path.Combine(aside, "state.db"), [1]);
        File.WriteAllBytes(folder["state.db"], [1]);

        DamagedStore.MoveBack(folder["state.db"], aside, [""], [""], new IOException("no"));

        Assert.False(Directory.Exists(aside));
        Assert.Equal([1], File.ReadAllBytes(folder["state.db"]));
    }
}
