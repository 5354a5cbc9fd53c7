using LlmSpell.State.RocksDb.Opening;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Putting a damaged store aside.</summary>
public sealed class DamagedStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_folder_moves_whole_and_a_new_store_takes_its_place()
    {
        Fill();
        Dictionary<string, byte[]> before = Files(_folder.Store);

        string aside = DamagedStore.MoveAside(_folder.Path, TimeProvider.System);

        Assert.StartsWith(Path.Combine(_folder.Path, "damaged-"), aside, StringComparison.Ordinal);
        Assert.Equal([aside], Directory.GetFileSystemEntries(_folder.Path));
        Dictionary<string, byte[]> after = Files(Path.Combine(aside, "state.rocksdb"));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));

        using (RocksDbBackend backend = _folder.Open())
        {
            Assert.Equal(0, backend.ReadStatus().Entries);
        }

        using var old = RocksDbBackend.Open(new RocksDbOptions { Folder = aside });
        Assert.Equal(1, old.ReadStatus().Entries);
    }

    [Fact]
    public void A_store_that_is_open_stays()
    {
        Fill();
        using RocksDbBackend backend = _folder.Open();

        StateBusyException busy = Assert.Throws<StateBusyException>(() => DamagedStore.MoveAside(_folder.Path, TimeProvider.System));

        Assert.Contains("is held by", busy.Message, StringComparison.Ordinal);
        Assert.Equal([_folder.Store], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(1, backend.ReadStatus().Entries);
    }

    [Fact]
    public void Where_another_one_was_put_aside_in_the_same_second_all_stays()
    {
        Fill();
        StoppedClock clock = new();
        string first = DamagedStore.MoveAside(_folder.Path, clock);
        Fill();

        StateStorageException error = Assert.Throws<StateStorageException>(() => DamagedStore.MoveAside(_folder.Path, clock));

        Assert.Contains("exists already", error.Message, StringComparison.Ordinal);
        Assert.Equal([first, _folder.Store], Directory.GetFileSystemEntries(_folder.Path).Order());
        using RocksDbBackend backend = _folder.Open();
        Assert.Equal(1, backend.ReadStatus().Entries);
    }

    [Fact]
    public void What_cannot_be_moved_back_is_named_with_where_it_is()
    {
        string aside = Path.Combine(_folder.Path, "aside");
        string moved = Directory.CreateDirectory(Path.Combine(aside, "state.rocksdb")).FullName;
        File.WriteAllText(_folder.Store, "in the way");
        IOException cause = new("no");

        StateStorageException failure = DamagedStore.MoveBack(_folder.Store, aside, cause);

        Assert.Contains($"it is in {moved}", failure.Hint, StringComparison.Ordinal);
        Assert.Same(cause, failure.InnerException);
        File.Delete(_folder.Store);
        Assert.Contains("Everything is where it was", DamagedStore.MoveBack(_folder.Store, aside, cause).Hint, StringComparison.Ordinal);
        Assert.Equal([_folder.Store], Directory.GetFileSystemEntries(_folder.Path));
    }

    private void Fill()
    {
        using RocksDbBackend backend = _folder.Open();
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, [1]);
        transaction.Commit();
    }

    private static Dictionary<string, byte[]> Files(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
