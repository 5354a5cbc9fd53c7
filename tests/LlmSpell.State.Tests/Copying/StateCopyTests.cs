using LlmSpell.Testing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Tests.Copying;

public sealed class StateCopyTests : IDisposable
{
    private readonly StateStore _source = Memory();
    private readonly StateStore _target = Memory();

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [Fact]
    public void The_target_has_the_entries_of_the_source_with_their_times_and_keeps_its_own_id()
    {
        Fill(_source, 1_000);
        _target.Save(("t", "old"), 1);
        StoreStatus before = _target.ReadStatus();
        IReadOnlyList<string> source = StateContent.Read(_source);

        StoreStatus after = Copy();

        Assert.Equal(source, StateContent.Read(_target));
        Assert.Equal(source, StateContent.Read(_source));
        Assert.Equal(_target.ReadStatus(), after);
        Assert.Equal((_source.ReadStatus().Entries, _source.ReadStatus().Fingerprint), (after.Entries, after.Fingerprint));
        Assert.Equal(before.Store, after.Store);
        Assert.NotEqual(before.Lineage, after.Lineage);
        Assert.NotEqual(_source.ReadStatus().Lineage, after.Lineage);
        Assert.Null(after.RestoredFrom);
    }

    [Fact]
    public void The_id_of_the_source_is_taken_over_where_that_is_asked_for()
    {
        Fill(_source, 3);

        Assert.Equal(_source.ReadStatus().Store, Copy(adopts: true).Store);
    }

    [Fact]
    public void An_empty_state_can_be_copied_too()
    {
        _target.Save(("t", "old"), 1);

        Assert.Equal((0L, Fingerprint.Empty), (Copy().Entries, _target.ReadStatus().Fingerprint));
    }

    [Fact]
    public void What_is_written_into_the_source_after_the_beginning_is_not_copied()
    {
        Fill(_source, 3);
        using StateCopy copy = StateCopy.Begin(_source, _target);
        _source.Save(("s", "later"), 1);

        Assert.Equal(3, copy.Run(cancellationToken: TestContext.Current.CancellationToken).Entries);
        Assert.False(_target.Contains(("s", "later")));
    }

    [Fact]
    public void It_says_beforehand_what_is_copied_and_what_is_replaced()
    {
        Fill(_source, 3);
        Fill(_target, 5);

        using StateCopy copy = StateCopy.Begin(_source, _target);

        Assert.Equal((3L, 5L), (copy.Source.Entries, copy.Target.Entries));
    }

    [Fact]
    public void Progress_is_told_up_to_the_last_entry()
    {
        Fill(_source, 1_000);
        List<long> told = [];

        using (StateCopy copy = StateCopy.Begin(_source, _target))
        {
            copy.Run(progress: new Sink(told.Add), cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(told.Order(), told);
        Assert.Equal(1_000, told[^1]);
    }

    [Fact]
    public void A_cancelled_copy_leaves_the_target_as_it_was_and_free_for_others()
    {
        Fill(_source, 1_000);
        Fill(_target, 7);
        IReadOnlyList<string> before = StateContent.Read(_target);
        StoreStatus status = _target.ReadStatus();
        using CancellationTokenSource cancel = new();

        using (StateCopy copy = StateCopy.Begin(_source, _target))
        {
            Sink progress = new(done =>
            {
                if (done >= 500)
                {
                    cancel.Cancel();
                }
            });
            Assert.ThrowsAny<OperationCanceledException>(() => copy.Run(progress: progress, cancellationToken: cancel.Token));
        }

        Assert.Equal(before, StateContent.Read(_target));
        Assert.Equal(status, _target.ReadStatus());
        _target.Save(("t", "new"), 1);
    }

    [Fact]
    public void A_copy_that_is_given_up_before_it_ran_leaves_the_target_as_it_was()
    {
        Fill(_target, 7);
        StoreStatus status = _target.ReadStatus();

        StateCopy.Begin(_source, _target).Dispose();

        Assert.Equal(status, _target.ReadStatus());
        _target.Save(("t", "new"), 1);
    }

    [Fact]
    public void A_store_is_not_copied_into_itself() => Assert.Throws<ArgumentException>(() => StateCopy.Begin(_source, _source));

    [Fact]
    public void A_target_that_takes_less_than_it_was_given_is_not_switched_to()
    {
        Fill(_source, 10);
        using StateStore forgetful = new(new ForgetfulBackend(new MemoryBackend(), 4, Forgetting.Entry), NoTimer);
        Fill(forgetful, 2);
        using StateCopy copy = StateCopy.Begin(_source, forgetful);

        StateCorruptException error = Assert.Throws<StateCorruptException>(() => copy.Run(cancellationToken: TestContext.Current.CancellationToken));

        Assert.StartsWith("10 entries with fingerprint ", error.Message, StringComparison.Ordinal);
        Assert.Contains("but the target holds 9 entries", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, forgetful.ReadStatus().Entries);
    }

    private static StateStoreOptions NoTimer { get; } = new() { FlushInterval = TimeSpan.Zero };

    private static StateStore Memory() => new(new MemoryBackend(), NoTimer);

    private static void Fill(StateStore store, int entries) => store.Transact(transaction =>
    {
        for (int i = 0; i < entries; i++)
        {
            transaction.Save(("s", $"{i:d5}"), i);
        }
    });

    private StoreStatus Copy(bool adopts = false)
    {
        using StateCopy copy = StateCopy.Begin(_source, _target);
        return copy.Run(adopts, cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed class Sink(Action<long> take) : IProgress<long>
    {
        public void Report(long value) => take(value);
    }
}
