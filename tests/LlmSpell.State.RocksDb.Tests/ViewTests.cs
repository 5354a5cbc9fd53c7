using System.Buffers.Binary;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Looks at a store while another instance has it open and writes.</summary>
public sealed class ViewTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_view_shows_what_was_committed_before_and_nothing_later()
    {
        using RocksDbBackend live = _folder.Open();
        Worked.Fill(live, seed: 1);
        StoreStatus status = live.ReadStatus();
        List<Entry> content = StoreContent.Read(live);

        using RocksDbView view = OpenView();
        Random random = new(2);
        for (int round = 0; round < 50; round++)
        {
            Worked.Save(live, random, round);
        }

        Assert.Equal(status, view.ReadStatus());
        Assert.Equal(content, StoreContent.Read(view));
        StoreContent.Check(view);
    }

    [Fact]
    public void A_view_survives_that_the_state_is_replaced_and_the_store_closed()
    {
        RocksDbBackend live = _folder.Open();
        Worked.Fill(live, seed: 1);
        List<Entry> content = StoreContent.Read(live);
        using RocksDbView view = OpenView();
        Worked.Fill(live, seed: 2);
        live.Dispose();
        using (RocksDbBackend again = _folder.Open())
        {
            Worked.Fill(again, seed: 3);
        }

        Assert.Equal(content, StoreContent.Read(view));
    }

    [Fact]
    public async Task Views_are_whole_while_a_writer_goes_on()
    {
        using RocksDbBackend live = _folder.Open();
        Worked.Fill(live, seed: 1);
        using CancellationTokenSource stop = new();
        long committed = 0;
        Task writer = Task.Run(() =>
        {
            byte[] value = new byte[20_000];
            for (long round = 1; !stop.IsCancellationRequested; round++)
            {
                BinaryPrimitives.WriteInt64BigEndian(value, round);
                using (IBackendTransaction transaction = live.BeginTransaction())
                {
                    transaction.Put(("s", $"{round % 300}"), round, value);
                    transaction.Put(("round", "a"), round, value.AsSpan(0, 8));
                    transaction.Put(("round", "b"), round, value.AsSpan(0, 8));
                    transaction.Commit();
                }

                Volatile.Write(ref committed, round);
                if (round % 700 == 0)
                {
                    Worked.Fill(live, (int)round);
                }
            }
        }, TestContext.Current.CancellationToken);

        try
        {
            for (int look = 0; look < 15; look++)
            {
                long before = Volatile.Read(ref committed);
                using RocksDbView view = OpenView();
                StoreContent.Check(view);
                long seen = Round(view, "a");
                Assert.Equal(seen, Round(view, "b"));

                // A replacement takes the rounds away; then there is nothing to compare.
                Assert.True(seen >= before || seen == 0, $"committed {before}, seen {seen}");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }

        output.WriteLine($"{committed} commits meanwhile");
    }

    [Fact]
    public void Changes_of_a_view_prove_themselves()
    {
        using RocksDbBackend live = _folder.Open();
        Worked.Fill(live, seed: 1);
        StoreStatus parent = live.ReadStatus();
        Random random = new(3);
        for (int round = 0; round < 100; round++)
        {
            Worked.Save(live, random, round);
        }

        using RocksDbView view = OpenView();
        using IStateSnapshot snapshot = view.OpenSnapshot();
        Fingerprint fingerprint = parent.Fingerprint;
        foreach (Change change in StoreContent.ReadChanges(snapshot, parent.Version))
        {
            EntryHash written = change.Value is null ? EntryHash.None : EntryHash.Of(change.Key, change.Value);
            fingerprint = fingerprint.Toggle(change.Replaced).Toggle(written);
        }

        Assert.Equal(live.ReadStatus().Fingerprint, fingerprint);
        Assert.Equal(snapshot.Status.Fingerprint, fingerprint);
    }

    [Fact]
    public void A_view_refuses_to_write_and_says_who_can()
    {
        using RocksDbBackend live = _folder.Open();
        using RocksDbView view = OpenView();

        StateBusyException error = Assert.Throws<StateBusyException>(() => view.BeginTransaction());
        Assert.Contains("this process itself", error.Message, StringComparison.Ordinal);
        Assert.Throws<StateBusyException>(() => view.BeginReplacement());
        view.Flush();
    }

    [Fact]
    public void A_closed_view_refuses_every_call()
    {
        using RocksDbBackend live = _folder.Open();
        RocksDbView view = OpenView();
        view.Dispose();
        view.Dispose();

        Assert.Throws<ObjectDisposedException>(() => view.ReadStatus());
        Assert.Throws<ObjectDisposedException>(() => view.Contains(("s", "k")));
        Assert.Throws<ObjectDisposedException>(view.OpenSnapshot);
        Assert.Throws<ObjectDisposedException>(view.Flush);
        Assert.Throws<ObjectDisposedException>(() => view.BeginTransaction());
    }

    [Fact]
    public async Task A_view_that_is_closed_while_others_read_it_refuses_them()
    {
        const int Rounds = 60;
        const int Readers = 2;
        using RocksDbBackend live = _folder.Open();
        Worked.Fill(live, seed: 1);
        for (int round = 0; round < Rounds; round++)
        {
            RocksDbView view = OpenView();
            using CountdownEvent reading = new(Readers);
            Task[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Task.Run(() =>
            {
                view.Contains(("s", "nobody"));
                reading.Signal();
                Assert.Throws<ObjectDisposedException>(() => LookForEver(view));
            }))];
            reading.Wait(TestContext.Current.CancellationToken);
            view.Dispose();
            await Task.WhenAll(readers);
        }
    }

    [Fact]
    public void A_view_refuses_to_write_also_when_its_folder_is_gone()
    {
        _folder.Open().Dispose();
        using RocksDbView view = OpenView();
        Directory.Delete(_folder.Store, recursive: true);

        Assert.Throws<StateBusyException>(() => view.BeginTransaction());

        Directory.CreateDirectory(Path.Combine(_folder.Store, "lock"));
        Assert.Throws<StateBusyException>(() => view.BeginReplacement());
    }

    [Fact]
    public void There_is_no_view_of_a_store_that_is_not_there()
    {
        StateNotFoundException error = Assert.Throws<StateNotFoundException>(OpenView);

        Assert.Contains(_folder.Store, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Store));
    }

    private RocksDbView OpenView() => RocksDbView.Open(new RocksDbOptions { Folder = _folder.Path });

    private static void LookForEver(RocksDbView view)
    {
        while (true)
        {
            view.Contains(("s", "nobody"));
        }
    }

    private static long Round(RocksDbView view, string key)
    {
        System.Buffers.ArrayBufferWriter<byte> value = new();
        return view.TryRead(("round", key), value, out _) ? BinaryPrimitives.ReadInt64BigEndian(value.WrittenSpan) : 0;
    }
}
