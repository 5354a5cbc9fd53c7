using System.Text;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void A_new_store_is_empty_and_has_ids()
    {
        StoreStatus status = Backend.ReadStatus();

        Assert.Equal(0, status.Entries);
        Assert.Equal(Fingerprint.Empty, status.Fingerprint);
        Assert.Null(status.RestoredFrom);
        Assert.Matches("^[0-9a-f]{32}$", status.Store.Value);
        Assert.Matches("^[0-9a-f]{32}$", status.Lineage.Value);
        Assert.Matches("^[!-~]{1,64}$", status.Version.Token);
    }

    [Fact]
    public void What_was_saved_is_loaded_with_its_time()
    {
        Save(("s", "k"), "value", modifiedAt: 1_234_567);

        List<Entry> entries = StoreContent.Read(Backend);

        Assert.Equal([new Entry(("s", "k"), 1_234_567, Bytes("value"))], entries);
        Assert.Equal("value", Load(("s", "k")));
        Assert.Null(Load(("s", "other")));
        Assert.Null(Load(("other", "k")));
    }

    [Fact]
    public void A_later_save_replaces_an_earlier_one()
    {
        Save(("s", "k"), "first", modifiedAt: 10);
        Save(("s", "k"), "second", modifiedAt: 5);

        Assert.Equal([new Entry(("s", "k"), 5, Bytes("second"))], StoreContent.Read(Backend));
    }

    [Fact]
    public void A_transaction_reads_its_own_writes()
    {
        Save(("s", "kept"), "old");
        Save(("s", "changed"), "old");
        Save(("s", "deleted"), "old");

        using IBackendTransaction transaction = Backend.BeginTransaction();
        transaction.Put(("s", "changed"), 2, Bytes("new"));
        transaction.Put(("s", "added"), 2, Bytes("new"));
        Assert.True(transaction.Delete(("s", "deleted"), 2));
        Assert.False(transaction.Delete(("s", "deleted"), 2));

        Assert.Equal(
            Fingerprint.Empty.Toggle(HashOf(("s", "kept"), "old")).Toggle(HashOf(("s", "changed"), "new")).Toggle(HashOf(("s", "added"), "new")),
            transaction.Fingerprint);
        Assert.Equal("new", Load(transaction, ("s", "changed")));
        Assert.Equal("new", Load(transaction, ("s", "added")));
        Assert.Null(Load(transaction, ("s", "deleted")));
        Assert.Equal(
            ["s/added", "s/changed", "s/kept"],
            StoreContent.Read(transaction.Scan(KeyRange.All)).Select(entry => entry.Key.ToString()));

        Assert.Equal("old", Load(("s", "changed")));
        Assert.Null(Load(("s", "added")));
        Fingerprint inside = transaction.Fingerprint;
        transaction.Commit();
        Assert.Equal(["s/added", "s/changed", "s/kept"], Names());
        Assert.Equal(inside, Backend.ReadStatus().Fingerprint);
    }

    [Fact]
    public void A_transaction_scans_ranges_with_its_own_writes_while_it_goes_on_writing()
    {
        for (int i = 0; i < 20; i++)
        {
            Save(("s", $"{i:00}"), "old");
        }

        Save(("t", "05"), "old");
        using IBackendTransaction transaction = Backend.BeginTransaction();
        List<string> seen = [];
        KeyRange range = KeyRange.WithPrefix("s"u8, "1"u8);
        while (true)
        {
            StateKey key;
            using (IEntryCursor cursor = transaction.Scan(range))
            {
                if (!cursor.MoveNext())
                {
                    break;
                }

                key = new StateKey(cursor.Scope, cursor.Key);
                seen.Add($"{key.KeyText}={Encoding.UTF8.GetString(cursor.Value)}");
            }

            int number = int.Parse(key.KeyText[..2], System.Globalization.CultureInfo.InvariantCulture);
            transaction.Delete(("s", $"{number + 1:00}"), 2);
            transaction.Put(("s", $"{number + 2:00}"), 2, Bytes(new string('n', 2_000)));
            transaction.Put(("s", $"{number:00}x"), 2, Bytes("behind"));
            range = range with { From = new KeyBound(Bytes("s"), Bytes($"{number:00}y")) };
        }

        string large = new('n', 2_000);
        Assert.Equal(["10=old", $"12={large}", $"14={large}", $"16={large}", $"18={large}"], seen);
        transaction.Commit();
    }

    [Fact]
    public void A_transaction_that_is_not_committed_leaves_no_trace()
    {
        Save(("s", "k"), "old");
        StoreStatus before = Backend.ReadStatus();

        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            transaction.Put(("s", "k"), 2, Bytes("new"));
            transaction.Put(("s", "l"), 2, Bytes(new string('x', 100_000)));
            transaction.Delete(("s", "k"), 3);
        }

        Assert.Equal(before, Backend.ReadStatus());
        Assert.Equal(["s/k"], Names());
        Assert.Equal("old", Load(("s", "k")));
    }

    [Fact]
    public void Commit_gives_the_version_that_the_store_then_has()
    {
        StateVersion before = Backend.ReadStatus().Version;
        StateVersion version = Save(("s", "k"), "v");

        Assert.NotEqual(before, version);
        Assert.Equal(version, Backend.ReadStatus().Version);
    }

    [Fact]
    public void A_transaction_without_writes_changes_nothing()
    {
        Save(("s", "k"), "v");
        StoreStatus before = Backend.ReadStatus();

        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            Assert.False(transaction.Delete(("s", "missing"), 1));
            Assert.Equal(before.Version, transaction.Commit());
        }

        Assert.Equal(before, Backend.ReadStatus());
    }

    [Fact]
    public void An_ended_transaction_refuses_every_call()
    {
        IBackendTransaction transaction = Backend.BeginTransaction();
        transaction.Commit();

        Assert.Throws<ObjectDisposedException>(() => transaction.Put(("s", "k"), 1, Bytes("v")));
        Assert.Throws<ObjectDisposedException>(() => transaction.Delete(("s", "k"), 1));
        Assert.Throws<ObjectDisposedException>(() => transaction.Contains(("s", "k")));
        Assert.Throws<ObjectDisposedException>(() => transaction.Fingerprint);
        Assert.Throws<ObjectDisposedException>(() => transaction.Commit());
        transaction.Dispose();
        Save(("s", "k"), "the lock is free");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transactions_cursors_end_with_it(bool commits)
    {
        Save(("s", "a"), "v");
        Save(("s", "b"), "v");
        IBackendTransaction transaction = Backend.BeginTransaction();
        using IEntryCursor cursor = transaction.Scan(KeyRange.All);
        Assert.True(cursor.MoveNext());
        if (commits)
        {
            transaction.Commit();
        }

        transaction.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
    }

    [Fact]
    public void A_second_writer_gets_the_busy_error_when_the_first_does_not_end()
    {
        Reopen(TimeSpan.Zero);
        using (IBackendTransaction first = Backend.BeginTransaction())
        {
            StateBusyException busy = Assert.Throws<StateBusyException>(() => Backend.BeginTransaction());
            Assert.Contains(Backend.Location, busy.Message, StringComparison.Ordinal);
            Assert.NotNull(busy.Hint);
            Assert.Throws<StateBusyException>(() => Backend.BeginReplacement());
        }

        Save(("s", "k"), "afterwards");
    }

    [Fact]
    public async Task A_second_writer_waits_for_the_first_and_sees_what_it_wrote()
    {
        using IBackendTransaction first = Backend.BeginTransaction();
        first.Put(("s", "counter"), 1, [1]);
        Thread? waiting = null;
        Task<string?> second = Task.Factory.StartNew(
            () =>
            {
                Volatile.Write(ref waiting, Thread.CurrentThread);
                using IBackendTransaction transaction = Backend.BeginTransaction();
                return Load(transaction, ("s", "counter"));
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        SpinWait.SpinUntil(() => second.IsCompleted || Volatile.Read(ref waiting)?.ThreadState.HasFlag(ThreadState.WaitSleepJoin) == true);

        Assert.False(second.IsCompleted);
        first.Commit();
        Assert.Equal("\u0001", await second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_writer_that_waits_can_be_cancelled_and_holds_nobody_up(bool replaces)
    {
        using CancellationTokenSource cancel = new();
        using (IBackendTransaction first = Backend.BeginTransaction())
        {
            Thread? waiting = null;
            Task second = Task.Factory.StartNew(
                () =>
                {
                    Volatile.Write(ref waiting, Thread.CurrentThread);
                    using IDisposable begun = replaces ? Backend.BeginReplacement(cancel.Token) : Backend.BeginTransaction(cancel.Token);
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            SpinWait.SpinUntil(() => second.IsCompleted || Volatile.Read(ref waiting)?.ThreadState.HasFlag(ThreadState.WaitSleepJoin) == true);
            Assert.False(second.IsCompleted);
            await cancel.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
            Assert.ThrowsAny<OperationCanceledException>(() => Backend.BeginTransaction(cancel.Token));
            first.Put(("s", "k"), 1, Bytes("first"));
            first.Commit();
        }

        Assert.Equal("first", Load(("s", "k")));
        Save(("s", "k"), "afterwards");
    }

    [Fact]
    public async Task Threads_that_read_modify_and_write_lose_nothing()
    {
        const int Threads = 4;
        const int Rounds = 100;
        IStateBackend backend = Backend;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                using IBackendTransaction transaction = backend.BeginTransaction();
                int count = int.Parse(Load(transaction, ("s", "counter")) ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                transaction.Put(("s", "counter"), round, Bytes($"{count + 1}"));
                transaction.Put(("s", $"{thread}/{round}"), round, Bytes("v"));
                transaction.Commit();
            }
        })));

        Assert.Equal($"{Threads * Rounds}", Load(("s", "counter")));
        Assert.Equal((Threads * Rounds) + 1, Backend.ReadStatus().Entries);
    }

    [Fact]
    public void A_closed_store_refuses_every_call()
    {
        IStateBackend backend = Backend;
        Save(("s", "k"), "v");
        Reopen(TimeSpan.FromSeconds(30));

        Assert.Throws<ObjectDisposedException>(() => backend.ReadStatus());
        Assert.Throws<ObjectDisposedException>(() => backend.Contains(("s", "k")));
        Assert.Throws<ObjectDisposedException>(() => backend.BeginTransaction());
        Assert.Throws<ObjectDisposedException>(backend.OpenSnapshot);
        Assert.Throws<ObjectDisposedException>(() => backend.BeginReplacement());
        Assert.Throws<ObjectDisposedException>(backend.Flush);
        backend.Dispose();
    }

    [Fact]
    public void Flush_keeps_what_is_there()
    {
        Save(("s", "k"), "v");
        Backend.Flush();
        Save(("s", "l"), "v");
        Backend.Flush();
        Backend.Flush();

        Assert.Equal(["s/k", "s/l"], Names());
    }
}
