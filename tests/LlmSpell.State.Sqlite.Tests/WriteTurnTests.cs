using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class WriteTurnTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_waiting_writer_comes_before_the_next_transaction_of_one_that_goes_on()
    {
        SkipWithoutTurns();
        using SqliteBackend one = Open();
        using SqliteBackend other = Open();
        for (int round = 0; round < 50; round++)
        {
            int writers = 0;
            IBackendTransaction present = one.BeginTransaction();
            using TurnFile turn = TurnFile.TryOpen(_folder.File)!;
            Task<int> waiting = Task.Run(() => Write(other, "other", ref writers), TestContext.Current.CancellationToken);
            SpinWait.SpinUntil(() => turn.IsAwaited || waiting.IsCompleted);
            _clock.Advance(WriteTurn.LongestQuantum);
            present.Put(("s", "one"), 1, [1]);
            present.Commit();

            // The lock is free at this moment, and the other process asleep.
            int place = Write(one, "one", ref writers);

            Assert.Equal(1, await waiting);
            Assert.Equal(2, place);
        }

        StoreContent.Check(one);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_another_process_can_be_cancelled_and_keeps_no_turn(bool haveTurns)
    {
        SkipWithoutTurns();
        using SqliteBackend one = Open();
        using SqliteBackend other = Open();
        if (!haveTurns)
        {
            Directory.CreateDirectory(TurnFile.PathFor(_folder.File));
        }

        using CancellationTokenSource cancel = new();
        using (one.BeginTransaction())
        {
            using TurnFile? turn = TurnFile.TryOpen(_folder.File);
            Assert.Equal(haveTurns, turn is not null);
            Task waiting = Task.Run(() => other.BeginTransaction(cancel.Token).Dispose(), TestContext.Current.CancellationToken);
            SpinWait.SpinUntil(() => turn is null || turn.IsAwaited || waiting.IsCompleted);
            await cancel.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.NotEqual(true, turn?.IsAwaited);
        }

        int writers = 0;
        Write(other, "other", ref writers);
        Write(one, "one", ref writers);
        StoreContent.Check(one);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(WriteTurn.QuantumTransactions - 1)]
    [InlineData(WriteTurn.QuantumTransactions)]
    public void Who_had_to_wait_goes_on_until_the_quantum_is_over(int transactions)
    {
        SkipWithoutTurns();
        _folder.Open().Dispose();
        using WriteTurn turn = new(_folder.File, _clock);
        using TurnFile other = TurnFile.TryOpen(_folder.File)!;
        Assert.True(turn.Take(_clock.GetTimestamp(), TimeSpan.Zero));
        Assert.False(other.TryLock());
        Assert.True(other.IsAwaited);
        turn.Release(began: true);
        Assert.False(other.IsAwaited);

        Assert.True(other.TryLock());
        other.IsAwaited = true;
        Assert.False(turn.IsOver);
        for (int i = 0; i < transactions; i++)
        {
            turn.Count();
        }

        Assert.False(turn.IsOver);
        _clock.Advance((transactions < WriteTurn.QuantumTransactions ? WriteTurn.LongestQuantum : WriteTurn.Quantum) - TimeSpan.FromTicks(1));
        Assert.False(turn.HandOverIfOver());
        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.True(turn.IsOver);
        Assert.True(turn.HandOverIfOver());
        Assert.False(turn.Take(_clock.GetTimestamp(), TimeSpan.Zero));
        other.Release();
        Assert.True(turn.Take(_clock.GetTimestamp(), TimeSpan.Zero));
        turn.Release(began: false);
    }

    [Fact]
    public void A_file_whose_deleter_died_before_deleting_it_is_used_again()
    {
        SkipWithoutTurns();
        _folder.Open().Dispose();
        using (TurnFile left = TurnFile.TryOpen(_folder.File)!)
        {
            left.IsRetired = true;
            left.IsAwaited = true;
        }

        using SqliteBackend one = _folder.Open(TimeSpan.FromSeconds(5));
        using SqliteBackend other = _folder.Open(TimeSpan.FromSeconds(5));
        int writers = 0;
        Write(one, "one", ref writers);
        Write(other, "other", ref writers);
        Assert.Equal(3, Write(one, "one again", ref writers));
        using TurnFile file = TurnFile.TryOpen(_folder.File)!;
        Assert.False(file.IsRetired);
        Assert.False(file.IsAwaited);
    }

    [Fact]
    public void Who_waits_for_the_writer_of_a_store_that_is_closed_hears_of_that_when_the_transaction_before_ends()
    {
        SqliteBackend closed = _folder.Open();
        IBackendTransaction open = closed.BeginTransaction();
        Exception? heard = null;
        Thread waiting = new(() => heard = Record.Exception(() => closed.BeginTransaction().Dispose()));
        waiting.Start();
        SpinWait.SpinUntil(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0);
        closed.Dispose();
        open.Dispose();

        waiting.Join();
        Assert.IsType<ObjectDisposedException>(heard);
        Assert.False(File.Exists(_folder.File + "-wal"));
    }

    [Fact]
    public void Who_has_not_waited_leaves_the_lock_to_the_first_who_does()
    {
        SkipWithoutTurns();
        _folder.Open().Dispose();
        using WriteTurn turn = new(_folder.File, _clock);
        Assert.True(turn.IsUsable);
        Assert.False(turn.IsOver);
        using TurnFile other = TurnFile.TryOpen(_folder.File)!;

        other.IsAwaited = true;

        Assert.True(turn.IsOver);
    }

    [Fact]
    public void A_process_that_died_while_it_waited_is_in_nobodys_way()
    {
        SkipWithoutTurns();
        using SqliteBackend backend = _folder.Open();
        IBackendTransaction present = backend.BeginTransaction();
        using TurnFile turn = TurnFile.TryOpen(_folder.File)!;
        using (Worker waiting = new("sqlite", "save", _folder.Path, "worker"))
        {
            SpinWait.SpinUntil(() => turn.IsAwaited);
            waiting.Kill();
        }

        Assert.True(turn.IsAwaited);
        present.Dispose();
        int writers = 0;

        Assert.Equal(1, Write(backend, "k", ref writers));

        Assert.False(turn.IsAwaited);
        Assert.True(turn.TryLock());
        turn.Release();
        StoreContent.Check(backend);
    }

    [Fact]
    public void Whoever_queues_behind_another_is_told_who_writes()
    {
        using Worker holder = new("sqlite", "hold", _folder.Path);
        Assert.Equal("held", holder.Read());
        using SqliteBackend backend = _folder.Open(busyTimeout: TimeSpan.FromMilliseconds(20));
        using TurnFile? first = TurnFile.TryOpen(_folder.File);
        Assert.NotEqual(false, first?.TryLock());

        StateBusyException busy = Assert.Throws<StateBusyException>(() => backend.BeginTransaction());

        Assert.Contains(_folder.File, busy.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"process {holder.Id} (", busy.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_transaction_that_must_not_wait_takes_a_free_lock_past_those_who_wait()
    {
        SkipWithoutTurns();
        using SqliteBackend backend = _folder.Open(busyTimeout: TimeSpan.Zero);
        using TurnFile other = TurnFile.TryOpen(_folder.File)!;
        Assert.True(other.TryLock());
        other.IsAwaited = true;
        int writers = 0;

        Assert.Equal(1, Write(backend, "k", ref writers));
    }

    [Fact]
    public async Task Where_the_file_cannot_be_made_writers_still_wait_for_each_other()
    {
        _folder.Open().Dispose();
        Directory.CreateDirectory(TurnFile.PathFor(_folder.File));
        using SqliteBackend one = Open();
        using SqliteBackend other = Open();
        int writers = 0;
        Task<int> waiting;
        using (IBackendTransaction present = one.BeginTransaction())
        {
            waiting = Task.Run(() => Write(other, "other", ref writers), TestContext.Current.CancellationToken);
            present.Put(("s", "one"), 1, [1]);
            Assert.Equal(1, ++writers);
            present.Commit();
        }

        Assert.Equal(2, await waiting);
        StoreContent.Check(one);
    }

    [Fact]
    public void The_last_process_deletes_the_file_and_who_opened_it_meanwhile_makes_a_new_one()
    {
        SkipWithoutTurns();
        string file = TurnFile.PathFor(_folder.File);
        SqliteBackend first = Open();
        int writers = 0;
        Write(first, "k", ref writers);
        Assert.True(File.Exists(file));
        using WriteTurn late = new(_folder.File, _clock);
        Assert.True(late.IsUsable);

        first.Dispose();

        Assert.False(File.Exists(file));
        Assert.True(late.IsOver);
        Assert.True(late.Take(_clock.GetTimestamp(), TimeSpan.Zero));
        Assert.True(File.Exists(file));
        late.Release(began: false);
        Assert.False(late.IsOver);
    }

    [Fact]
    public void A_state_that_is_only_read_gets_no_file()
    {
        using SqliteBackend backend = Open();
        backend.Contains(("s", "k"));

        Assert.False(File.Exists(TurnFile.PathFor(_folder.File)));
    }

    [Fact]
    public void Who_handed_over_goes_on_while_the_other_does_not_run()
    {
        SkipWithoutTurns();
        using SqliteBackend backend = _folder.Open();
        int writers = 0;
        Write(backend, "k", ref writers);
        using TurnFile other = TurnFile.TryOpen(_folder.File)!;
        Assert.True(other.TryLock());
        other.IsAwaited = true;

        Assert.Equal(2, Write(backend, "k", ref writers));

        Assert.True(other.IsAwaited);
        Assert.False(other.TryLock() is null);
    }

    private SqliteBackend Open() => SqliteBackend.Open(new SqliteOptions { Folder = _folder.Path, TimeProvider = _clock });

    private static int Write(SqliteBackend backend, string key, ref int writers)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        int place = ++writers;
        transaction.Put(("s", key), 1, [(byte)place]);
        transaction.Commit();
        return place;
    }

    private static void SkipWithoutTurns() => Assert.SkipUnless(Futex.IsSupported, "Writers take turns on Linux only.");
}
