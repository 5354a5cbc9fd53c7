namespace LlmSpell.State.Tests.Store;

public sealed class StateStoreTests : IDisposable
{
    private static readonly StateStorageException Unknown = new("a write that nobody knows the end of", outcomeUnknown: true);
    private static readonly StateStorageException Full = new("no room");

    private readonly FaultyBackend _backend = new();
    private readonly ManualTimer _clock = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_store_that_cannot_be_opened_leaves_its_backend_closed()
    {
        _backend.FlushFailure = Unknown;

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(Open));
        Assert.True(_backend.IsDisposed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_commit_with_an_unknown_outcome_latches_the_store(bool replacement)
    {
        using StateStore store = Open();
        store.Save(("s", "k"), 1);
        _backend.CommitFailure = Unknown;

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(() => Write(store, replacement)));
        _backend.CommitFailure = null;

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(() => store.Load(("s", "k"))).InnerException);
        Assert.Throws<StateStorageException>(() => store.Save(("s", "k"), 3));
        Assert.Throws<StateStorageException>(() => store.BeginReplacement());
        Assert.Throws<StateStorageException>(store.OpenSnapshot);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_open_when_the_store_latches_is_not_committed(bool replacement)
    {
        using StateStore store = Open();
        using StateTransaction? transaction = replacement ? null : store.BeginTransaction();
        using IStateReplacement? other = replacement ? store.BeginReplacement() : null;
        transaction?.Save(("s", "k"), 1);
        _backend.FlushFailure = Unknown;
        _clock.Fire();

        StateStorageException failure = Assert.Throws<StateStorageException>(() =>
        {
            transaction?.Commit();
            other?.Commit(backupId: null, adopt: null);
        });

        Assert.Same(Unknown, failure.InnerException);
        Assert.False(_backend.Contains(("s", "k")));
    }

    [Fact]
    public void A_full_disk_a_busy_store_and_a_refused_value_do_not_latch()
    {
        using StateStore store = Open();
        _backend.CommitFailure = Full;
        Assert.Same(Full, Assert.Throws<StateStorageException>(() => store.Save(("s", "k"), 1)));
        _backend.CommitFailure = null;
        _backend.BeginFailure = new StateBusyException("somebody writes");
        Assert.Throws<StateBusyException>(() => store.Save(("s", "k"), 1));
        _backend.BeginFailure = null;
        Assert.Throws<ArgumentException>(() => store.Save(("s", "k"), StateValue.From(new byte[StateValue.DefaultMaxBytes])));

        store.Save(("s", "k"), 2);
        Assert.Equal(2, store.Load(("s", "k"))!.AsInteger());
    }

    [Fact]
    public void The_periodic_flush_runs_and_its_failure_is_reported_by_the_next_call()
    {
        using StateStore store = Open();
        int flushes = _backend.Flushes;
        for (int i = 1; i <= 3; i++)
        {
            // Each is set when the one before has ended, so that no two run at once.
            Assert.Equal(new StateStoreOptions().FlushInterval, _clock.DueTime);
            Assert.Equal(Timeout.InfiniteTimeSpan, _clock.Period);
            _clock.Fire();
            Assert.Equal(flushes + i, _backend.Flushes);
        }

        store.Save(("s", "k"), 1);
        _backend.FlushFailure = Unknown;
        _clock.Fire();

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(() => store.Load(("s", "k"))).InnerException);
    }

    [Fact]
    public void A_periodic_flush_that_fails_in_a_way_that_nobody_foresaw_is_reported_by_the_next_call()
    {
        using StateStore store = Open();
        InvalidOperationException defect = new("a defect of the backend");
        _backend.FlushFailure = defect;
        _clock.Fire();
        _backend.FlushFailure = null;

        Assert.Same(defect, Assert.Throws<StateStorageException>(() => store.Load(("s", "k"))).InnerException!.InnerException);
    }

    [Fact]
    public void A_periodic_flush_that_failed_is_reported_by_closing_if_no_call_came_before()
    {
        StateStore store = Open();
        store.Save(("s", "k"), 1);
        _backend.FlushFailure = Unknown;
        _clock.Fire();
        _backend.FlushFailure = null;

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(store.Dispose).InnerException);
        Assert.True(_backend.IsDisposed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_call_has_reported_is_not_reported_again_by_closing(bool byTimer)
    {
        StateStore store = Open();
        if (byTimer)
        {
            _backend.FlushFailure = Unknown;
            _clock.Fire();
        }
        else
        {
            _backend.CommitFailure = Unknown;
        }

        Assert.Throws<StateStorageException>(() => store.Save(("s", "k"), 1));
        int flushes = _backend.Flushes;
        store.Dispose();
        Assert.Equal(flushes, _backend.Flushes);
        Assert.True(_backend.IsDisposed);
    }

    [Fact]
    public void A_timer_that_fires_after_the_store_was_closed_does_no_harm()
    {
        StateStore store = new(new MemoryBackend(), new StateStoreOptions { TimeProvider = _clock });
        store.Dispose();
        _clock.Fire();
        Assert.Throws<ObjectDisposedException>(() => store.Load(("s", "k")));
    }

    [Fact]
    public void Closing_flushes_and_closes_the_backend_even_if_the_flush_fails()
    {
        StateStore store = Open();
        int flushes = _backend.Flushes;
        _backend.FlushFailure = Unknown;

        Assert.Same(Unknown, Assert.Throws<StateStorageException>(store.Dispose));
        Assert.Equal(flushes + 1, _backend.Flushes);
        Assert.True(_backend.IsDisposed);
        store.Dispose();
        Assert.Equal(flushes + 1, _backend.Flushes);
    }

    [Fact]
    public void A_conflict_is_tried_again_and_any_other_failure_rolls_back()
    {
        using StateStore store = Open();
        int runs = 0;
        long result = store.Transact(transaction =>
        {
            transaction.Save(("s", "k"), ++runs);
            return runs < 3 ? throw new StateConflictException("another came first") : runs;
        });
        Assert.Equal(3, result);
        Assert.Equal(3, store.Load(("s", "k"))!.AsInteger());

        Assert.Throws<InvalidOperationException>(() => store.Transact(transaction =>
        {
            transaction.Save(("s", "k"), 4);
            throw new InvalidOperationException("the work itself fails");
        }));
        Assert.Equal(3, store.Load(("s", "k"))!.AsInteger());
    }

    [Fact]
    public async Task Asynchronous_work_is_refused_before_it_begins()
    {
        using StateStore store = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => store.Transact(Save));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Transact(SaveAndCount));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Transact(SaveLightly));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Transact(SaveAndCountLightly));
        Assert.Equal(0, store.Count("asynchronous"));

        static async Task Save(StateTransaction transaction) => await SaveAndCount(transaction);

        static async ValueTask SaveLightly(StateTransaction transaction) => await SaveAndCount(transaction);

        static async ValueTask<int> SaveAndCountLightly(StateTransaction transaction) => await SaveAndCount(transaction);

        static async Task<int> SaveAndCount(StateTransaction transaction)
        {
            transaction.Save(("asynchronous", "k"), 1);
            await Task.Yield();
            return 1;
        }
    }

    private StateStore Open() => new(_backend, new StateStoreOptions { TimeProvider = _clock });

    private static void Write(StateStore store, bool replacement)
    {
        if (!replacement)
        {
            store.Save(("s", "k"), 2);
            return;
        }

        using IStateReplacement write = store.BeginReplacement();
        write.Append("s"u8, "k"u8, 1, [2]);
        write.Commit("backup-1", adopt: null);
    }
}
