using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class ManyProcessesTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Four_processes_that_write_at_once_lose_nothing()
    {
        const int Rounds = 300;
        Worker[] workers = [.. Enumerable.Range(0, 4).Select(i => new Worker("sqlite", "count", _folder.Path, $"worker:{i}", $"{Rounds}"))];
        foreach (Worker worker in workers)
        {
            using (worker)
            {
                Assert.Equal("done", worker.Read());
                Assert.Equal(0, worker.WaitForExit());
            }
        }

        using SqliteBackend backend = _folder.Open();
        ArrayBufferWriter<byte> counter = new();
        Assert.True(backend.TryRead(("shared", "counter"), counter, out _));
        Assert.Equal(workers.Length * Rounds, BinaryPrimitives.ReadInt64BigEndian(counter.WrittenSpan));
        Assert.Equal((workers.Length * Rounds) + 1, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
        DatabaseFile.Check(_folder.File);
    }

    [Fact]
    public void Processes_that_create_the_store_at_once_get_the_same_store()
    {
        for (int round = 0; round < 3; round++)
        {
            using StoreFolder folder = new();
            Worker[] workers = [.. Enumerable.Range(0, 8).Select(_ => new Worker("sqlite", "create", folder.Path))];
            foreach (Worker worker in workers)
            {
                Assert.Equal("ready", worker.Read());
            }

            foreach (Worker worker in workers)
            {
                worker.GoOn();
            }

            HashSet<string?> stores = [];
            foreach (Worker worker in workers)
            {
                using (worker)
                {
                    stores.Add(worker.Read());
                    Assert.Equal(0, worker.WaitForExit());
                }
            }

            using SqliteBackend backend = folder.Open();
            Assert.Equal([backend.ReadStatus().Store.Value], stores);
        }
    }

    [Fact]
    public void Every_acknowledged_save_is_there_after_the_writer_was_killed()
    {
        Dictionary<string, int> acknowledged = [];
        for (int round = 0; round < 8; round++)
        {
            string scope = $"round:{round}";
            using Worker worker = new("sqlite", "save", _folder.Path, scope);
            int last = -1;
            while (last < 40 + (round * 97))
            {
                last = int.Parse(worker.Read()!, CultureInfo.InvariantCulture);
            }

            worker.Kill();

            // What it had said before it died is still in the pipe.
            while (worker.Read() is { } line)
            {
                last = int.TryParse(line, CultureInfo.InvariantCulture, out int more) && more == last + 1 ? more : last;
            }

            acknowledged.Add(scope, last);

            using SqliteBackend backend = _folder.Open();
            foreach ((string saved, int upTo) in acknowledged)
            {
                for (int i = 0; i <= upTo; i++)
                {
                    ArrayBufferWriter<byte> value = new();
                    Assert.True(backend.TryRead((saved, i.ToString(CultureInfo.InvariantCulture)), value, out _), $"{saved}/{i} is lost");
                    Assert.Equal(i % 3_000, value.WrittenCount);
                }
            }

            StoreContent.Check(backend);
        }

        DatabaseFile.Check(_folder.File);
    }

    [Fact]
    public void A_store_whose_creator_was_killed_opens()
    {
        for (int round = 0; round < 10; round++)
        {
            using StoreFolder folder = new();
            using Worker creator = new("sqlite", "create", folder.Path);
            Assert.Equal("ready", creator.Read());
            creator.GoOn();
            if (round % 2 == 1)
            {
                creator.Read();
            }

            creator.Kill();

            using SqliteBackend backend = folder.Open();
            StoreContent.Check(backend);
            Assert.Equal(0, backend.ReadStatus().Entries);
        }
    }

    [Fact]
    public void The_busy_error_names_the_process_that_holds_the_lock()
    {
        using Worker holder = new("sqlite", "hold", _folder.Path);
        Assert.Equal("held", holder.Read());
        using SqliteBackend backend = _folder.Open(busyTimeout: TimeSpan.FromMilliseconds(20));

        StateBusyException busy = Assert.Throws<StateBusyException>(() => backend.BeginTransaction());

        Assert.Contains(_folder.File, busy.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"process {holder.Id} (", busy.Message, StringComparison.Ordinal);
        }

        Assert.False(backend.Contains(("worker", "held")));

        holder.GoOn();
        Assert.Equal(0, holder.WaitForExit());
        using IBackendTransaction transaction = backend.BeginTransaction();
        Assert.False(transaction.Contains(("worker", "held")));
    }
}
