using System.Globalization;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Looks at a store that no process has open: it is checked as one that is opened, and is free again at once.</summary>
public sealed class FreeViewTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly StoreFolder _after = new();

    public void Dispose()
    {
        _folder.Dispose();
        _after.Dispose();
    }

    [Fact]
    public void Whoever_looks_keeps_nobody_from_writing()
    {
        Fill(seed: 1);
        using RocksDbView view = OpenView(_folder);
        StoreStatus status = view.ReadStatus();
        List<Entry> content = StoreContent.Read(view);

        using (RocksDbBackend writer = _folder.Open(TimeSpan.Zero))
        {
            Worked.Save(writer, new Random(2), 1);
            Worked.Fill(writer, seed: 3);
        }

        Fill(seed: 4);
        Assert.Equal(status, view.ReadStatus());
        Assert.Equal(content, StoreContent.Read(view));
        StoreContent.Check(view);
    }

    [Fact]
    public void It_names_nobody_and_leaves_nothing_behind()
    {
        Fill(seed: 1);
        Dictionary<string, DateTime> before = Files();

        using (var view = RocksDbView.Open(new RocksDbOptions { Folder = _folder.Path }, out StateBusyException? holder))
        {
            Assert.Null(holder);
            StateBusyException error = Assert.Throws<StateBusyException>(() => view.BeginTransaction());
            Assert.Contains("as it was at one moment", error.Message, StringComparison.Ordinal);
            view.Flush();
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public void After_a_process_died_all_is_shown_and_it_stays_known_who_that_was()
    {
        using Worker worker = new("rocksdb", "save", _folder.Path, "s");
        int last = -1;
        while (last < 300)
        {
            last = int.Parse(worker.Read()!, CultureInfo.InvariantCulture);
        }

        worker.Kill();
        for (int look = 0; look < 2; look++)
        {
            using RocksDbView view = OpenView(_folder);
            StoreContent.Check(view);
            Assert.Contains("as it was at one moment", Assert.Throws<StateBusyException>(() => view.BeginTransaction()).Message, StringComparison.Ordinal);
            Assert.True(view.ReadStatus().Entries > last);
            Assert.Equal(worker.Id, Holder.Read(new StorePaths(_folder.Path).Holder)?.Process);
        }
    }

    [Fact]
    public void A_log_that_ends_before_what_was_flushed_is_an_error()
    {
        Fill(seed: 1);
        FileInfo log = _folder.NewestLog;
        using (FileStream stream = log.OpenWrite())
        {
            stream.SetLength(log.Length / 2);
        }

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => OpenView(_folder));

        Assert.Contains("was safe on the disk", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_process_died_a_hole_in_the_log_is_an_error()
    {
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed: 1);
            for (int round = 0; round < 20; round++)
            {
                Worked.Save(backend, new Random(round), round);
            }

            Worked.Copy(_folder.Store, _after.Store);
        }

        FileInfo log = _after.NewestLog;
        byte[] bytes = File.ReadAllBytes(log.FullName);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log.FullName, bytes);

        Assert.Throws<StateCorruptException>(() => OpenView(_after));
        Assert.Throws<StateCorruptException>(() => OpenView(_after));
    }

    private static RocksDbView OpenView(StoreFolder folder) => RocksDbView.Open(new RocksDbOptions { Folder = folder.Path });

    private void Fill(int seed)
    {
        using RocksDbBackend backend = _folder.Open(TimeSpan.Zero);
        Worked.Fill(backend, seed);
    }

    private Dictionary<string, DateTime> Files() =>
        Directory.GetFiles(_folder.Store, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
