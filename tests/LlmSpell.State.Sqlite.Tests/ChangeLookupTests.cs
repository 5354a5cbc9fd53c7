using System.Text;
using LlmSpell.State.Sqlite.Durability;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>The second thread that looks up what changed.</summary>
public sealed class ChangeLookupTests : IDisposable
{
    private const int Keys = 2 * LookupHelper.MinChanges;

    private readonly StoreFolder _folder = new();
    private readonly SqliteBackend _backend;
    private readonly LogFlush _log;
    private readonly ReaderPool _pool;

    public ChangeLookupTests()
    {
        _backend = _folder.Open();
        Save(_backend, Keys, 1);
        _log = new LogFlush(_folder.File);
        _pool = new ReaderPool(_folder.File, new SqliteOptions { Folder = _folder.Path }, _log, ConnectionSettings.WalkCacheKib);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _log.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_finds_what_the_first_would_find()
    {
        using LookupHelper helper = new(_pool, Meta());
        using ChangeBatch batch = Batch("00000", "nowhere", "00007");

        helper.Start();
        helper.Help(batch);
        batch.Wait();

        Assert.Equal([true, false, true], [batch[0].Exists, batch[1].Exists, batch[2].Exists]);
        Assert.Equal([1, 7], [Value(batch, 0)[0], Value(batch, 2)[0]]);
        Assert.Equal(EntryHash.Of(("s", "00007"), Value(batch, 2)), batch[2].Hash);
    }

    [Fact]
    public async Task A_batch_comes_to_its_end_also_while_the_other_thread_is_still_at_what_it_was_before()
    {
        using ChangeBatch batch = new();
        using CancellationTokenSource done = new();
        Task helper = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    LookUp(batch, fromBack: true);
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Task rounds = Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < 300_000; round++)
                {
                    batch.Clear();
                    batch.Add("s"u8, "k"u8);
                    batch.Offer();
                    LookUp(batch, fromBack: false);
                    batch.Wait();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await rounds.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await done.CancelAsync();
        await helper;
    }

    [Fact]
    public void A_lost_value_is_damage_however_often_it_is_asked_for()
    {
        StateVersion version = _backend.ReadStatus().Version;
        using (IBackendTransaction transaction = _backend.BeginTransaction())
        {
            transaction.Put(("s", "large"), 1, new byte[5_000]);
            transaction.Commit();
        }

        using (Connection connection = DatabaseFile.Open(_folder.File))
        {
            connection.Execute("DELETE FROM large_values");
        }

        using IStateSnapshot snapshot = _backend.OpenSnapshot();
        using IChangeCursor cursor = snapshot.ChangesSince(version);
        Assert.True(cursor.MoveNext());
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains("has lost the value", Assert.Throws<StateCorruptException>(() => cursor.Value.Length).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_does_not_help_on_another_state()
    {
        using LookupHelper helper = new(_pool, Meta());
        Save(_backend, 1, 2);
        using ChangeBatch batch = Batch("00000");

        helper.Help(batch);
        ((IThreadPoolWorkItem)helper).Execute();

        Assert.True(batch.TryClaim(fromBack: false, out _, out int count));
        Assert.Equal(1, count);
    }

    [Fact]
    public void Changes_of_a_snapshot_are_those_of_its_moment_also_if_somebody_writes_before_they_are_looked_up()
    {
        using SqliteBackend other = _folder.Open();
        StateVersion version = _backend.ReadStatus().Version;
        Save(_backend, Keys, 2);
        using IStateSnapshot snapshot = _backend.OpenSnapshot();
        Save(other, Keys, 3);

        List<Change> changes = StoreContent.ReadChanges(snapshot, version);

        Assert.Equal(Keys, changes.Count);
        Assert.All(changes, change => Assert.Equal(2, change.ModifiedAt));
    }

    [Fact]
    public void A_snapshot_that_is_open_when_the_store_is_closed_tells_its_changes_all_the_same()
    {
        StateVersion version = _backend.ReadStatus().Version;
        Save(_backend, Keys, 2);
        using IStateSnapshot snapshot = _backend.OpenSnapshot();
        _backend.Dispose();

        Assert.Equal(Keys, StoreContent.ReadChanges(snapshot, version).Count);
    }

    [Fact]
    public void What_it_finds_damaged_the_first_says()
    {
        using (Connection connection = DatabaseFile.Open(_folder.File))
        {
            connection.Execute("UPDATE entries SET hash = x'00' WHERE key = '00003'");
        }

        using LookupHelper helper = new(_pool, Meta());
        using ChangeBatch batch = Batch("00003");
        helper.Help(batch);

        StateCorruptException found = Assert.Throws<StateCorruptException>(batch.Wait);
        Assert.Contains("a hash of 1 bytes", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_ends_early_leaves_nothing_open()
    {
        StateVersion version = _backend.ReadStatus().Version;
        Save(_backend, Keys, 2);
        for (int i = 0; i < 50; i++)
        {
            using IStateSnapshot snapshot = _backend.OpenSnapshot();
            using IChangeCursor cursor = snapshot.ChangesSince(version);
            for (int step = 0; step <= i * 7; step++)
            {
                Assert.True(cursor.MoveNext());
            }
        }

        using Connection connection = DatabaseFile.Open(_folder.File);
        Assert.True(connection.Checkpoint(CheckpointMode.Truncate), "A reader is in the way.");
    }

    private static void Save(SqliteBackend backend, int keys, long time)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        for (int i = 0; i < keys; i++)
        {
            transaction.Put(("s", $"{i:D5}"), time, [(byte)Math.Max(1, i % 100), (byte)time]);
        }

        transaction.Commit();
    }

    private static void LookUp(ChangeBatch batch, bool fromBack)
    {
        while (batch.TryClaim(fromBack, out _, out int count))
        {
            batch.Finish(count);
        }
    }

    private static ReadOnlySpan<byte> Value(ChangeBatch batch, int index) =>
        batch[index].Values!.Slice(batch[index].ValueOffset, batch[index].ValueLength);

    private static ChangeBatch Batch(params string[] keys)
    {
        ChangeBatch batch = new();
        foreach (string key in keys)
        {
            batch.Add("s"u8, Encoding.UTF8.GetBytes(key));
        }

        batch.Offer();
        return batch;
    }

    private Meta Meta()
    {
        EntryReader reader = _pool.Take();
        try
        {
            return reader.ReadMeta();
        }
        finally
        {
            _pool.GiveBack(reader);
        }
    }
}
