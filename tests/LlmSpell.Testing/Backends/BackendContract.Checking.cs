using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void A_store_is_sound_through_every_kind_of_write()
    {
        AssertSound();
        SaveValue(("s", "small"), 1);
        SaveValue(("s", "large"), new string('x', 5_000));
        SaveValue(("t", "odd"), StateValue.Array(double.NaN, StateValue.From([0xFF]), StateValue.Map()));
        AssertSound();
        SaveValue(("s", "large"), "small now");
        SaveValue(("s", "small"), new string('y', 100_000));
        Delete(("t", "odd"));
        AssertSound();
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            replacement.Append("u"u8, "k"u8, 1, StateValue.From(new string('z', 5_000)).Bytes.Span);
            replacement.Commit("backup-1", adopt: null);
        }

        AssertSound();
        SaveValue(("u", "l"), true);
        AssertSound();
    }

    [Fact]
    public void A_check_is_of_one_moment_while_writers_go_on()
    {
        SaveValue(("s", "k"), 1);
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        SaveValue(("s", "k"), 2);
        SaveValue(("s", "l"), new string('x', 5_000));

        StoreCheckReport report = new StoreCheck(snapshot).Run(TestContext.Current.CancellationToken);

        Assert.Empty(report.Problems);
        Assert.Equal((1, 1), (report.Entries, report.Status.Entries));
        Assert.Equal(1, snapshot.LoggedChanges);
    }

    [Fact]
    public void A_value_that_is_none_is_a_problem_of_its_entry()
    {
        SaveValue(("s", "good"), 1);
        Save(("s", "bad"), "\u00C1 is never used");
        Save(("t", "cut"), "");

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        StoreCheckReport report = new StoreCheck(snapshot).Run(TestContext.Current.CancellationToken);

        Assert.False(report.IsSound);
        Assert.Equal([("s", "bad"), ("t", "cut")], report.Problems.Select(problem => (problem.Scope, problem.Key)));
        Assert.All(report.Problems, problem => Assert.Contains("not a value", problem.Message, StringComparison.Ordinal));
        Assert.Equal(3, report.Entries);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_800_000_000)]
    [InlineData(long.MaxValue)]
    public void A_time_that_no_backup_can_keep_is_a_problem_of_its_entry(long time)
    {
        using StateStore store = OpenStore(TimeProvider.System);
        store.Save(("s", "good"), 1);
        using (IStateReplacement replacement = store.BeginReplacement())
        {
            replacement.Append("s"u8, "bad"u8, time, StateValue.From(1).Bytes.Span);
            replacement.Append("s"u8, "last"u8, 253_402_300_799_999_999, StateValue.From(1).Bytes.Span);
            replacement.Commit(backupId: null, adopt: null);
        }

        StoreProblem problem = Assert.Single(store.Check(TestContext.Current.CancellationToken).Problems);
        Assert.Equal(("s", "bad"), (problem.Scope, problem.Key));
        Assert.Contains($"has the time {time}", problem.Message, StringComparison.Ordinal);
        Assert.Throws<StateCorruptException>(() => store.TryGetInfo(("s", "bad"), out _));
        Assert.Throws<StateCorruptException>(() => store.Transact(transaction => transaction.TryGetInfo(("s", "bad"), out _)));
        Assert.Throws<StateCorruptException>(() => store.AcceptContent(TestContext.Current.CancellationToken));
        using StateStore other = new(new MemoryBackend());
        using (StateCopy copy = StateCopy.Begin(store, other))
        {
            Assert.Throws<StateCorruptException>(() => copy.Run(cancellationToken: TestContext.Current.CancellationToken));
        }

        Assert.True(store.TryGetInfo(("s", "last"), out StateEntryInfo info));
        Assert.Equal(9999, info.ModifiedAt.Year);
        store.Save(("s", "bad"), 1);
        Assert.True(store.Check(TestContext.Current.CancellationToken).IsSound);
    }

    [Fact]
    public void A_report_lists_so_many_problems_and_counts_the_others()
    {
        for (int i = 0; i < StoreCheckReport.MaxProblems + 20; i++)
        {
            Save(("s", $"{i}"), "");
        }

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        StoreCheckReport report = new StoreCheck(snapshot).Run(TestContext.Current.CancellationToken);

        Assert.Equal((StoreCheckReport.MaxProblems, 20), (report.Problems.Count, report.FurtherProblems));
    }

    [Fact]
    public void A_check_can_be_cancelled()
    {
        SaveValue(("s", "k"), 1);
        using (IStateSnapshot snapshot = Backend.OpenSnapshot())
        {
            Assert.Throws<OperationCanceledException>(() => new StoreCheck(snapshot).Run(new CancellationToken(canceled: true)));
        }

        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            replacement.Commit("backup-1", adopt: null);
        }

        using IStateSnapshot empty = Backend.OpenSnapshot();
        Assert.Throws<OperationCanceledException>(() => empty.CheckStorage(maxProblems: 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_log_counts_puts_and_deletes_and_starts_again_at_a_replacement()
    {
        SaveValue(("s", "k"), 1);
        SaveValue(("s", "k"), 2);
        Delete(("s", "k"));
        Assert.Equal(3, LoggedChanges());

        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            replacement.Append("s"u8, "k"u8, 1, [1]);
            replacement.Commit("backup-1", adopt: null);
        }

        Assert.Equal(0, LoggedChanges());
    }

    [Fact]
    public void A_state_that_came_from_no_backup_forgets_the_one_before()
    {
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            Append(replacement, ("s", "k"), "v");
            replacement.Commit("backup-1", adopt: null);
        }

        StoreStatus restored = Backend.ReadStatus();
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            Append(replacement, ("s", "k"), "w");
            replacement.Commit(backupId: null, adopt: null);
        }

        StoreStatus after = Backend.ReadStatus();
        Assert.Null(after.RestoredFrom);
        Assert.NotEqual(restored.Lineage, after.Lineage);
        Assert.NotEqual(restored.Version, after.Version);
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Equal(ChangeLogReach.Pruned, snapshot.ReachOf(restored.Version));
    }

    private void SaveValue(StateKey key, StateValue value)
    {
        using IBackendTransaction transaction = Backend.BeginTransaction();
        transaction.Put(key, 1, value.Bytes.Span);
        transaction.Commit();
    }

    private long LoggedChanges()
    {
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        return snapshot.LoggedChanges;
    }

    private void AssertSound()
    {
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        StoreCheckReport report = new StoreCheck(snapshot).Run(TestContext.Current.CancellationToken);
        Assert.Empty(report.Problems);
        Assert.True(report.IsSound);
        Assert.Equal((snapshot.Status.Entries, snapshot.Status.Fingerprint), (report.Entries, report.Fingerprint));
    }
}
