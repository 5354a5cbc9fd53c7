using LlmSpell.Testing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class FullDiskTests : IDisposable
{
    private const int Megabytes = 24;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_commit_that_finds_no_room_is_an_error_and_loses_nothing()
    {
        using SmallDisk disk = new(_folder["disk"], Megabytes);
        RocksDbOptions options = new() { Folder = disk.Path };
        List<Entry> before = [];
        using (RocksDbBackend backend = RocksDbBackend.Open(options))
        {
            Worked.Fill(backend, seed: 1);
            before = StoreContent.Read(backend);
            disk.Fill();

            StateStorageException error = Assert.Throws<StateStorageException>(() =>
            {
                // What is left in the last block of the log may still take a little.
                for (int i = 0; i < 10; i++)
                {
                    using IBackendTransaction transaction = backend.BeginTransaction();
                    transaction.Put(("full", $"{i}"), 1, new byte[100_000]);
                    transaction.Commit();
                    before = StoreContent.Read(backend);
                }
            });

            Assert.Contains("no room", error.Message, StringComparison.Ordinal);
            Assert.Contains(disk.Path, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, StoreContent.Read(backend));
        }

        disk.Empty();
        using RocksDbBackend again = RocksDbBackend.Open(options);
        Assert.Equal(before, StoreContent.Read(again));
        StoreContent.Check(again);
        Worked.Save(again, new Random(1), 1);
    }

    [Fact]
    public void A_state_that_cannot_be_opened_for_want_of_room_says_so_and_opens_when_there_is_some()
    {
        using SmallDisk disk = new(_folder["disk"], Megabytes);
        RocksDbOptions options = new() { Folder = disk.Path };
        List<Entry> before;
        using (RocksDbBackend backend = RocksDbBackend.Open(options))
        {
            Worked.Fill(backend, seed: 1);
            before = StoreContent.Read(backend);
        }

        disk.Fill();

        StateStorageException error = Assert.Throws<StateStorageException>(() => RocksDbBackend.Open(options));

        Assert.Contains("There is no room to open the state", error.Message, StringComparison.Ordinal);
        Assert.Contains("llmspell backup cleanup", error.Hint, StringComparison.Ordinal);
        disk.Empty();
        using RocksDbBackend again = RocksDbBackend.Open(options);
        Assert.Equal(before, StoreContent.Read(again));
    }

    [Fact]
    public void A_disk_that_was_full_stops_the_writes_until_the_store_is_opened_again()
    {
        using SmallDisk disk = new(_folder["disk"], Megabytes);
        RocksDbOptions options = new() { Folder = disk.Path };
        List<Entry> before;
        using (RocksDbBackend backend = RocksDbBackend.Open(options))
        {
            Worked.Fill(backend, seed: 1);
            before = StoreContent.Read(backend);
            disk.Fill();
            Assert.True(Assert.Throws<StateStorageException>(() => Save(backend, new byte[100_000])).OutcomeUnknown);

            disk.Empty();

            // RocksDB's log takes no more, whatever room there is: if that changes, a full disk need not stop the store.
            Assert.True(Assert.Throws<StateStorageException>(() => Save(backend, [1])).OutcomeUnknown);
            Assert.True(Assert.Throws<StateStorageException>(backend.Flush).OutcomeUnknown);
            Assert.Equal(before, StoreContent.Read(backend));
        }

        using RocksDbBackend again = RocksDbBackend.Open(options);
        Assert.Equal(before, StoreContent.Read(again));
        Save(again, [1]);
        again.Flush();
        StoreContent.Check(again);
    }

    [Fact]
    public void A_replacement_that_finds_no_room_leaves_the_present_state()
    {
        using SmallDisk disk = new(_folder["disk"], Megabytes);
        using RocksDbBackend backend = RocksDbBackend.Open(new RocksDbOptions { Folder = disk.Path });
        Worked.Fill(backend, seed: 1);
        List<Entry> before = StoreContent.Read(backend);

        StateStorageException error = Assert.Throws<StateStorageException>(() =>
        {
            using IStateReplacement replacement = backend.BeginReplacement();
            byte[] value = new byte[1 << 20];
            for (int i = 0; i < 2 * Megabytes; i++)
            {
                new Random(i).NextBytes(value);
                replacement.Append("s"u8, System.Text.Encoding.UTF8.GetBytes($"{i:d8}"), 1, value);
            }

            replacement.Commit("backup-2", adopt: null);
        });

        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
        Assert.False(error.OutcomeUnknown);
        Assert.Equal(before, StoreContent.Read(backend));
        Worked.Save(backend, new Random(1), 1);
        StoreContent.Check(backend);
    }

    private static void Save(RocksDbBackend backend, byte[] value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("full", "k"), 1, value);
        transaction.Commit();
    }
}
