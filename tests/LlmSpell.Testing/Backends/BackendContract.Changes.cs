using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    private static EntryHash HashOf(StateKey key, string value) => EntryHash.Of(key, Bytes(value));

    private List<Change> ChangesSince(StateVersion version)
    {
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Equal(ChangeLogReach.Complete, snapshot.ReachOf(version));
        return StoreContent.ReadChanges(snapshot, version);
    }

    [Fact]
    public void Changes_since_a_version_tell_each_key_once_with_what_stood_there_first()
    {
        StateKey added = ("b", "added");
        StateKey changed = ("a", "changed");
        StateKey deleted = ("c", "deleted");
        StateKey untouched = ("a", "untouched");
        StateKey comeAndGone = ("a", "come and gone");
        StateKey backAgain = ("d", "back again");
        Save(changed, "old");
        Save(deleted, "old");
        Save(untouched, "old");
        Save(backAgain, "old");
        StateVersion version = Backend.ReadStatus().Version;

        Save(changed, "newer", 10);
        Save(changed, "newest", 11);
        Save(added, "new", 12);
        Delete(deleted, 13);
        Save(comeAndGone, "new", 14);
        Delete(comeAndGone, 9);
        Delete(backAgain, 15);
        Save(backAgain, "old", 16);

        Assert.Equal(
            [
                new Change(changed, 11, Bytes("newest"), HashOf(changed, "old")),
                new Change(comeAndGone, 9, null, EntryHash.None),
                new Change(added, 12, Bytes("new"), EntryHash.None),
                new Change(deleted, 13, null, HashOf(deleted, "old")),
                new Change(backAgain, 16, Bytes("old"), HashOf(backAgain, "old")),
            ],
            ChangesSince(version).OrderBy(change => change.Key));
    }

    [Fact]
    public void Changes_come_in_the_order_of_utf8_bytes()
    {
        StateVersion version = Backend.ReadStatus().Version;
        foreach (string key in (string[])["\U00010000", "b", "\uFFFD", "a"])
        {
            Save(("s", key), "v");
            Save(("r", key), new string('v', 3_000));
        }

        Assert.Equal(
            ["r/a", "r/b", "r/\uFFFD", "r/\U00010000", "s/a", "s/b", "s/\uFFFD", "s/\U00010000"],
            ChangesSince(version).Select(change => change.Key.ToString()));
    }

    [Fact]
    public void Many_changes_are_told_each_once_with_their_values()
    {
        const int keys = 3_000;
        var random = new Random(1);
        StateKey[] names = [.. Enumerable.Range(0, keys).Select(i => new StateKey($"scope-{i % 7}", $"key-{i:D5}"))];
        Dictionary<StateKey, byte[]> before = [];
        Dictionary<StateKey, byte[]> after = [];
        Dictionary<StateKey, long> changedAt = [];
        StateVersion version;
        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            foreach (StateKey name in names.Where(_ => random.Next(3) > 0))
            {
                before[name] = after[name] = RandomValue(random);
                transaction.Put(name, 1, before[name]);
            }

            version = transaction.Commit();
        }

        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            for (long time = 2; time < keys; time++)
            {
                StateKey name = names[random.Next(keys)];
                if (random.Next(5) == 0)
                {
                    if (transaction.Delete(name, time))
                    {
                        after.Remove(name);
                        changedAt[name] = time;
                    }
                }
                else
                {
                    transaction.Put(name, time, after[name] = RandomValue(random));
                    changedAt[name] = time;
                }
            }

            transaction.Commit();
        }

        Assert.Equal(
            changedAt.OrderBy(change => change.Key).Select(change => new Change(
                change.Key,
                change.Value,
                after.GetValueOrDefault(change.Key),
                before.TryGetValue(change.Key, out byte[]? old) ? EntryHash.Of(change.Key, old) : EntryHash.None)),
            ChangesSince(version));
        StoreContent.Check(Backend);
    }

    [Fact]
    public void Large_values_between_many_small_ones_and_deleted_keys_are_told_with_their_keys()
    {
        const int keys = 400;
        StateKey[] names = [.. Enumerable.Range(0, keys).Select(i => new StateKey("scope", $"key-{i:D5}"))];
        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            foreach (StateKey name in names)
            {
                transaction.Put(name, 1, Bytes("old"));
            }

            transaction.Commit();
        }

        StateVersion version = Backend.ReadStatus().Version;
        byte[]?[] after = [.. names.Select((name, i) => (i % 150) switch
        {
            30 or 31 or 32 or 140 => Bytes(new string((char)('a' + (i % 26)), (1 << 20) + i)),
            33 or 77 or 149 => null,
            _ => Bytes($"new {i}"),
        })];
        for (int i = 0; i < keys; i++)
        {
            using IBackendTransaction transaction = Backend.BeginTransaction();
            if (after[i] is { } value)
            {
                transaction.Put(names[i], i + 2, value);
            }
            else
            {
                Assert.True(transaction.Delete(names[i], i + 2));
            }

            transaction.Commit();
        }

        if (KeepsData)
        {
            Reopen(TimeSpan.FromSeconds(30)); // so that RocksDB has them in tables
        }

        Assert.Equal(
            names.Select((name, i) => new Change(name, i + 2, after[i], HashOf(name, "old"))),
            ChangesSince(version));
    }

    [Fact]
    public void Nothing_changed_since_the_present_version()
    {
        StateVersion version = Save(("s", "k"), "v");

        Assert.Empty(ChangesSince(version));
    }

    [Fact]
    public void Changes_inside_one_transaction_count_as_one()
    {
        Save(("s", "k"), "old");
        StateVersion version = Backend.ReadStatus().Version;
        using (IBackendTransaction transaction = Backend.BeginTransaction())
        {
            transaction.Put(("s", "k"), 2, Bytes("between"));
            transaction.Delete(("s", "k"), 3);
            transaction.Put(("s", "k"), 4, Bytes("new"));
            transaction.Commit();
        }

        Assert.Equal([new Change(("s", "k"), 4, Bytes("new"), HashOf(("s", "k"), "old"))], ChangesSince(version));
    }

    [Fact]
    public void Changes_of_a_snapshot_end_at_the_snapshot()
    {
        StateVersion version = Save(("s", "k"), "old");
        Save(("s", "k"), "seen");
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Save(("s", "k"), "not seen");
        Save(("s", "l"), "not seen");
        Delete(("s", "k"));

        Assert.Equal([new Change(("s", "k"), 1, Bytes("seen"), HashOf(("s", "k"), "old"))], StoreContent.ReadChanges(snapshot, version));
    }

    [Fact]
    public void A_version_of_the_future_or_of_nobody_is_told_apart()
    {
        Save(("s", "k"), "v");
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        StateVersion future = Save(("s", "k"), "w");

        Assert.Equal(ChangeLogReach.Ahead, snapshot.ReachOf(future));
        Assert.Equal(ChangeLogReach.Complete, snapshot.ReachOf(snapshot.Status.Version));
        foreach (string token in (string[])["", "x", "-1", "1.5", " 1", "99999999999999999999999999", "0x10"])
        {
            Assert.Equal(ChangeLogReach.Unreadable, snapshot.ReachOf(new StateVersion(token)));
            Assert.Throws<InvalidOperationException>(() => snapshot.ChangesSince(new StateVersion(token)));
        }

        Assert.Throws<InvalidOperationException>(() => snapshot.ChangesSince(future));
    }

    [Fact]
    public void Old_changes_are_dropped_but_never_too_many()
    {
        StateVersion first = Backend.ReadStatus().Version;
        StateVersion kept = default;
        const int Batch = 1_000;
        int total = (int)ChangeLogRetention.MinChanges + (5 * Batch);
        for (int i = 0; i < total; i += Batch)
        {
            if (total - i == ChangeLogRetention.MinChanges)
            {
                kept = Backend.ReadStatus().Version;
            }

            using IBackendTransaction transaction = Backend.BeginTransaction();
            for (int j = 0; j < Batch; j++)
            {
                transaction.Put(("s", $"{j % 10}"), i + j, [1]);
            }

            transaction.Commit();
        }

        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Equal(ChangeLogReach.Pruned, snapshot.ReachOf(first));
        Assert.Throws<InvalidOperationException>(() => snapshot.ChangesSince(first));
        Assert.Equal(ChangeLogReach.Complete, snapshot.ReachOf(kept));
        Assert.Equal(10, StoreContent.ReadChanges(snapshot, kept).Count);
    }

    [Fact]
    public void Versions_go_on_after_everything_was_deleted_and_the_store_was_opened_again()
    {
        HashSet<StateVersion> seen = [Backend.ReadStatus().Version];
        for (int round = 0; round < 3; round++)
        {
            Assert.True(seen.Add(Save(("s", "k"), "v")));
            Assert.True(seen.Add(Delete(("s", "k"))));
            if (KeepsData)
            {
                StoreStatus before = Backend.ReadStatus();
                Reopen(TimeSpan.FromSeconds(30));
                Assert.Equal(before, Backend.ReadStatus());
            }
        }

        Assert.Equal(Fingerprint.Empty, Backend.ReadStatus().Fingerprint);
    }

    private static byte[] RandomValue(Random random)
    {
        byte[] value = new byte[random.Next(20) == 0 ? random.Next(1, 40_000) : random.Next(1, 1_200)];
        random.NextBytes(value);
        return value;
    }
}
