using System.Buffers;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void A_snapshot_stays_as_it_was_while_writers_go_on()
    {
        for (int i = 0; i < 100; i++)
        {
            Save(("s", $"{i:D3}"), "old");
        }

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        StoreStatus status = snapshot.Status;
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(cursor.MoveNext());
        }

        for (int i = 0; i < 100; i += 2)
        {
            Save(("s", $"{i:D3}"), "new");
            Delete(("s", $"{i + 1:D3}"));
            Save(("t", $"{i:D3}"), "new");
        }

        int rest = 0;
        while (cursor.MoveNext())
        {
            rest++;
            Assert.Equal("old"u8, cursor.Value);
        }

        Assert.Equal(50, rest);
        Assert.Equal(100, StoreContent.Read(snapshot).Count);
        Assert.Equal("old", Load(snapshot, ("s", "000")));
        Assert.Equal("old", Load(snapshot, ("s", "001")));
        Assert.Equal(status, snapshot.Status);
        Assert.NotEqual(status, Backend.ReadStatus());
    }

    [Fact]
    public void Cursors_of_one_snapshot_do_not_disturb_each_other()
    {
        foreach (string key in (string[])["a", "b", "c"])
        {
            Save(("s", key), key + new string('x', 5_000));
        }

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        using IEntryCursor first = snapshot.Scan(KeyRange.All);
        using IEntryCursor second = snapshot.Scan(KeyRange.All);

        Assert.True(first.MoveNext());
        Assert.Equal((byte)'a', first.Value[0]);
        Assert.True(second.MoveNext());
        Assert.True(second.MoveNext());
        Assert.Equal((byte)'b', second.Value[0]);
        Assert.Equal((byte)'a', first.Value[0]);
        Assert.StartsWith("c", Load(snapshot, ("s", "c")), StringComparison.Ordinal);
        Assert.True(first.MoveNext());
        Assert.Equal((byte)'b', first.Value[0]);
        Assert.Equal((byte)'b', second.Value[0]);
    }

    [Fact]
    public void What_a_snapshot_gave_out_ends_with_it()
    {
        StateVersion before = Backend.ReadStatus().Version;
        Save(("s", "a"), "v");
        Save(("s", "b"), "v");
        IStateSnapshot snapshot = Backend.OpenSnapshot();
        using IEntryCursor entries = snapshot.Scan(KeyRange.All);
        using IChangeCursor changes = snapshot.ChangesSince(before);
        using IEntryCursor unused = snapshot.Scan(KeyRange.All);
        Assert.True(entries.MoveNext());
        Assert.True(changes.MoveNext());

        snapshot.Dispose();
        snapshot.Dispose();

        foreach (IEntryCursor cursor in (IEntryCursor[])[entries, changes, unused])
        {
            Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
            Assert.ThrowsAny<InvalidOperationException>(() => cursor.ModifiedAt);
        }

        Assert.Throws<ObjectDisposedException>(() => Load(snapshot, ("s", "a")));
        Assert.Throws<ObjectDisposedException>(() => snapshot.Scan(KeyRange.All));
        Assert.Throws<ObjectDisposedException>(() => snapshot.ChangesSince(before));
        Assert.Throws<ObjectDisposedException>(() => snapshot.CheckStorage(1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_key_without_a_name_is_refused_by_a_store_without_entries_too()
    {
        ArrayBufferWriter<byte> value = new();
        Assert.Throws<InvalidOperationException>(() => Backend.TryRead(default, value, out _));
        Assert.Throws<InvalidOperationException>(() => Backend.Contains(default));
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Throws<InvalidOperationException>(() => snapshot.TryRead(default, value, out _));
        using IBackendTransaction transaction = Backend.BeginTransaction();
        Assert.Throws<InvalidOperationException>(() => transaction.TryRead(default, value, out _));
        Assert.Throws<InvalidOperationException>(() => transaction.Contains(default));
        Assert.Throws<InvalidOperationException>(() => transaction.Delete(default, 1));
    }

    [Fact]
    public void Misuse_is_refused_as_such_and_does_no_harm()
    {
        Save(("s", "a"), "v");
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Throws<ArgumentNullException>(() => snapshot.TryRead(("s", "a"), null!, out _));
        Assert.Throws<ArgumentNullException>(() => snapshot.Scan(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.CheckStorage(0, TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => snapshot.CheckStorage(1, new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentNullException>(() => Backend.TryRead(("s", "a"), null!, out _));
        using IBackendTransaction transaction = Backend.BeginTransaction();
        Assert.Throws<ArgumentNullException>(() => transaction.TryRead(("s", "a"), null!, out _));
        Assert.Throws<ArgumentNullException>(() => transaction.Scan(null!));
        Assert.Throws<InvalidOperationException>(() => transaction.Contains(default));
        Assert.Throws<InvalidOperationException>(() => transaction.Put(default, 1, Bytes("v")));
        Assert.Throws<InvalidOperationException>(() => transaction.Delete(default, 1));

        transaction.Put(("s", "a"), 2, Bytes("w"));
        transaction.Commit();
        Assert.Equal("w", Load(("s", "a")));
    }

    [Fact]
    public void A_snapshot_taken_inside_a_transaction_does_not_see_it()
    {
        Save(("s", "k"), "old");
        using IBackendTransaction transaction = Backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, Bytes("new"));
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        transaction.Commit();

        Assert.Equal("old", Load(snapshot, ("s", "k")));
    }

    [Fact]
    public void Snapshots_see_each_commit_whole()
    {
        // So that it ends also where no commit is seen.
        const int Most = 100_000;
        const int Seen = 20;
        using ManualResetEventSlim enough = new();
        int rounds = 0;
        int taken = 0;
        IStateBackend backend = Backend;
        Task writer = Task.Run(() =>
        {
            for (int round = 0; !enough.IsSet; round++)
            {
                using IBackendTransaction transaction = backend.BeginTransaction();
                transaction.Put(("s", "a"), round, Bytes($"{round}"));
                transaction.Put(("s", "b"), round, Bytes($"{round}"));
                transaction.Commit();
                Volatile.Write(ref rounds, round);
            }
        });

        HashSet<string?> seen = [];
        try
        {
            do
            {
                using IStateSnapshot snapshot = backend.OpenSnapshot();
                seen.Add(Load(snapshot, ("s", "a")));
                Assert.Equal(Load(snapshot, ("s", "a")), Load(snapshot, ("s", "b")));
                taken++;
            }
            while (seen.Count < Seen && (taken < Most || Volatile.Read(ref rounds) < Most) && !writer.IsCompleted);
        }
        finally
        {
            enough.Set();
        }

        writer.GetAwaiter().GetResult();
        Assert.Equal(Seen, seen.Count);
    }
}
