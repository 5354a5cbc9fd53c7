using LlmSpell.State.RocksDb.Files;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("db/CURRENT")]
    [InlineData("CURRENT")]
    [InlineData("notes.txt")]
    public void A_folder_of_another_program_is_left_alone(string file)
    {
        string path = Path.Combine(_folder.Store, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "not ours");

        StateUnsupportedException error = Assert.Throws<StateUnsupportedException>(() => _folder.Open());

        Assert.Contains(_folder.Store, error.Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Store, "*", SearchOption.AllDirectories));
        Assert.Equal("not ours", File.ReadAllText(path));
    }

    [Fact]
    public void A_newer_format_is_refused()
    {
        _folder.Open().Dispose();
        File.WriteAllText(new StorePaths(_folder.Path).Format, "llmspell state on RocksDB, format 2\n");

        StateUnsupportedException error = Assert.Throws<StateUnsupportedException>(() => _folder.Open());

        Assert.Contains("format 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_that_cannot_be_read_is_an_error_that_says_how_to_mend_it()
    {
        _folder.Open().Dispose();
        string file = new StorePaths(_folder.Path).Format;
        string right = File.ReadAllText(file);
        File.WriteAllText(file, "llmspell stXte");

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => _folder.Open());

        Assert.Contains(right.Trim(), error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_that_is_missing_is_damage_and_not_a_state_that_is_none()
    {
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);
        }

        string file = new StorePaths(_folder.Path).Format;
        string right = File.ReadAllText(file);
        File.Delete(file);

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => _folder.Open());
        Assert.Contains(right.Trim(), error.Hint, StringComparison.Ordinal);
        Assert.Throws<StateCorruptException>(() => RocksDbView.Open(new RocksDbOptions { Folder = _folder.Path }));

        File.WriteAllText(file, right);
        using RocksDbBackend again = _folder.Open();
        StoreContent.Check(again);
    }

    [Fact]
    public void A_creation_that_was_interrupted_is_begun_again()
    {
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);
        }

        StorePaths paths = new(_folder.Path);
        File.Delete(paths.Format);
        File.WriteAllText(paths.Creating, "");
        File.Delete(Path.Combine(paths.Database, "CURRENT"));

        using RocksDbBackend again = _folder.Open();

        Assert.Equal(0, again.ReadStatus().Entries);
        Assert.False(File.Exists(paths.Creating));
    }

    [Fact]
    public void A_creation_that_was_interrupted_at_its_end_leaves_a_store_that_is_not_begun_again()
    {
        _folder.Open().Dispose();
        StorePaths paths = new(_folder.Path);
        File.WriteAllText(paths.Creating, "");
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);
        }

        File.Delete(paths.Format);

        Assert.Throws<StateCorruptException>(() => _folder.Open());
    }

    /// <summary>Looked at without a lock: what one look does not find may be there at the next.</summary>
    [Fact]
    public async Task A_store_that_another_process_makes_is_never_taken_for_one_of_another_program()
    {
        StorePaths paths = new(Path.Combine(_folder.Path, "0"));
        using CancellationTokenSource made = new();
        Task looking = Task.Run(
            () =>
            {
                while (!made.IsCancellationRequested)
                {
                    FormatFile.IsThere(Volatile.Read(ref paths));
                }
            },
            TestContext.Current.CancellationToken);
        for (int round = 1; round <= 1_000 && !looking.IsFaulted; round++)
        {
            Directory.CreateDirectory(paths.Root);
            StoreFile.Write(paths.Creating, [], flush: false);
            File.WriteAllText(paths.Flushed, "");
            File.WriteAllText(StoreFile.Temporary(paths.Format), "llmspell state on RocksDB, format 1\n");
            File.Move(StoreFile.Temporary(paths.Format), paths.Format);
            File.Delete(paths.Creating);
            Volatile.Write(ref paths, new StorePaths(Path.Combine(_folder.Path, $"{round}")));
        }

        await made.CancelAsync();
        await looking;
    }

    [Fact]
    public void A_mark_that_is_damaged_is_an_error_that_names_it()
    {
        _folder.Open().Dispose();
        string file = new StorePaths(_folder.Path).Flushed;
        byte[] bytes = File.ReadAllBytes(file);
        bytes[0] ^= 1;
        File.WriteAllBytes(file, bytes);

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => _folder.Open());

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_interrupted_replacement_left_is_removed_at_the_next_opening()
    {
        StorePaths paths = new(_folder.Path);
        StoreStatus before;
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);
            before = backend.ReadStatus();
        }

        Directory.CreateDirectory(paths.Incoming);
        File.WriteAllText(Path.Combine(paths.Incoming, "000000.sst"), "half a table");
        using (RocksDbBackend backend = _folder.Open())
        {
            Assert.Equal(before, backend.ReadStatus());
        }

        Assert.False(Directory.Exists(paths.Incoming));
    }

    [Fact]
    public void A_store_in_a_place_that_is_a_file_is_an_error_that_names_it()
    {
        Directory.CreateDirectory(_folder.Path);
        File.WriteAllText(_folder.Store, "");

        StateStorageException error = Assert.Throws<StateStorageException>(() => _folder.Open());

        Assert.Contains(_folder.Store, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_begun_before_the_store_was_closed_comes_to_its_end()
    {
        RocksDbBackend backend = _folder.Open();
        IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, [1]);
        IStateSnapshot snapshot = backend.OpenSnapshot();
        backend.Dispose();

        Assert.Throws<StateBusyException>(() => _folder.Open(TimeSpan.Zero));
        Assert.Equal(0, snapshot.Status.Entries);
        Assert.Empty(StoreContent.Read(snapshot));
        transaction.Commit();
        snapshot.Dispose();

        using RocksDbBackend again = _folder.Open(TimeSpan.Zero);
        Assert.True(again.Contains(("s", "k")));
    }

    [Fact]
    public void A_replacement_that_was_begun_before_the_store_was_closed_switches_all_the_same()
    {
        RocksDbBackend backend = _folder.Open();
        Worked.Fill(backend, seed: 1);
        IStateReplacement replacement = backend.BeginReplacement();
        backend.Dispose();
        replacement.Append("s"u8, "k"u8, 1, [1]);
        StoreStatus after = replacement.Commit("backup-2", adopt: null);

        using RocksDbBackend again = _folder.Open(TimeSpan.Zero);
        Assert.Equal(after, again.ReadStatus());
        StoreContent.Check(again);
    }

    [Fact]
    public void Closing_a_store_keeps_its_log_short()
    {
        for (int i = 0; i < 30; i++)
        {
            using RocksDbBackend backend = _folder.Open();
            Worked.Save(backend, new Random(i), i);
        }

        Assert.InRange(Directory.GetFiles(_folder.Database, "*.log").Length, 1, 10);
        using (RocksDbBackend backend = _folder.Open())
        {
            for (int i = 0; i < 400; i++)
            {
                Worked.Save(backend, new Random(i), i);
            }
        }

        Assert.InRange(Directory.GetFiles(_folder.Database, "*.log").Sum(file => new FileInfo(file).Length), 0, 1 << 20);
        using RocksDbBackend last = _folder.Open();
        StoreContent.Check(last);
    }

    [Fact]
    public void A_creation_that_fails_leaves_nothing_open()
    {
        StorePaths paths = new(_folder.Path);
        Directory.CreateDirectory(paths.Root);
        File.WriteAllText(paths.Creating, "");
        Directory.CreateDirectory(paths.Format);

        StateStorageException error = Assert.Throws<StateStorageException>(() => _folder.Open(TimeSpan.Zero));

        Assert.Contains(_folder.Store, error.Message, StringComparison.Ordinal);
        Directory.Delete(paths.Format);
        using RocksDbBackend again = _folder.Open(TimeSpan.Zero);
        Assert.Equal(0, again.ReadStatus().Entries);
    }

    [Fact]
    public void A_mark_that_cannot_be_opened_is_an_error_that_leaves_nothing_open()
    {
        _folder.Open().Dispose();
        string file = new StorePaths(_folder.Path).Flushed;
        byte[] mark = File.ReadAllBytes(file);
        File.Delete(file);
        Directory.CreateDirectory(file);

        StateStorageException error = Assert.Throws<StateStorageException>(() => _folder.Open(TimeSpan.Zero));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Directory.Delete(file);
        File.WriteAllBytes(file, mark);
        using RocksDbBackend again = _folder.Open(TimeSpan.Zero);
        StoreContent.Check(again);
    }
}
