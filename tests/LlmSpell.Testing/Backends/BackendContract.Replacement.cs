using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    private static void Append(IStateReplacement replacement, StateKey key, string value, long modifiedAt = 1) =>
        replacement.Append(key.Scope, key.Key, modifiedAt, Bytes(value));

    [Fact]
    public void Replace_switches_to_the_new_state_under_a_new_lineage()
    {
        Save(("a", "old"), "v");
        Save(("b", "both"), "old");
        StoreStatus before = Backend.ReadStatus();

        StoreStatus after;
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            Assert.Equal(before, replacement.Present);
            Append(replacement, ("b", "both"), "new", 7);
            Append(replacement, ("c", "large"), new string('x', 10_000), 8);
            Assert.Equal(2, replacement.Entries);
            after = replacement.Commit("backup-1", adopt: null);
            Assert.Equal(after.Fingerprint, replacement.Fingerprint);
        }

        Assert.Equal(after, Backend.ReadStatus());
        Assert.Equal(before.Store, after.Store);
        Assert.NotEqual(before.Lineage, after.Lineage);
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(new RestoredFrom("backup-1", after.Version), after.RestoredFrom);
        Assert.Equal(
            [new Entry(("b", "both"), 7, Bytes("new")), new Entry(("c", "large"), 8, Bytes(new string('x', 10_000)))],
            StoreContent.Read(Backend));
    }

    [Fact]
    public void Changes_go_on_from_the_switch()
    {
        StateVersion old = Save(("s", "k"), "old");
        Save(("s", "l"), "old");
        StateVersion restored;
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            Append(replacement, ("s", "k"), "restored");
            restored = replacement.Commit("backup-1", adopt: null).Version;
        }

        Assert.Empty(ChangesSince(restored));
        Save(("s", "k"), "new", 5);
        Assert.Equal([new Change(("s", "k"), 5, Bytes("new"), HashOf(("s", "k"), "restored"))], ChangesSince(restored));
        using IStateSnapshot snapshot = Backend.OpenSnapshot();
        Assert.Equal(ChangeLogReach.Pruned, snapshot.ReachOf(old));
    }

    [Fact]
    public void Replace_can_adopt_a_store_id_and_empty_the_store()
    {
        Save(("s", "k"), "v");
        StoreId other = StoreId.New();
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            replacement.Commit("backup-1", other);
        }

        StoreStatus after = Backend.ReadStatus();
        Assert.Equal(other, after.Store);
        Assert.Equal(0, after.Entries);
        Assert.Empty(StoreContent.Read(Backend));
        Assert.Null(Load(("s", "k")));
    }

    [Fact]
    public void What_is_no_id_of_a_store_is_not_adopted()
    {
        StoreId present = Backend.ReadStatus().Store;
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            Append(replacement, ("s", "k"), "v");
            foreach (StoreId other in (StoreId[])[default, new(""), new("other"), new(new string('A', 32)), new(new string('1', 33))])
            {
                Assert.Throws<ArgumentException>(() => replacement.Commit("backup-1", other));
            }

            replacement.Commit("backup-1", adopt: null);
        }

        Assert.Equal(present, Backend.ReadStatus().Store);
        Assert.Equal("v", Load(("s", "k")));
    }

    [Fact]
    public void A_replacement_that_is_not_committed_leaves_the_present_state()
    {
        Save(("s", "k"), "present");
        Save(("s", "l"), new string('x', 10_000));
        StoreStatus before = Backend.ReadStatus();
        List<Entry> entries = StoreContent.Read(Backend);

        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            for (int i = 0; i < 20_000; i++)
            {
                Append(replacement, ("t", $"{i:D6}"), new string('y', 1_000));
            }
        }

        Assert.Equal(before, Backend.ReadStatus());
        Assert.Equal(entries, StoreContent.Read(Backend));
        Save(("s", "m"), "the lock is free");
    }

    [Fact]
    public void Replace_refuses_entries_that_are_out_of_order_or_invalid()
    {
        Save(("s", "k"), "present");
        StoreStatus before = Backend.ReadStatus();
        foreach ((StateKey first, byte[] scope, byte[] key) in ((StateKey, byte[], byte[])[])
        [
            (("b", "b"), Bytes("b"), Bytes("b")),
            (("b", "b"), Bytes("b"), Bytes("a")),
            (("b", "b"), Bytes("a"), Bytes("c")),
            (("b", "\U00010000"), Bytes("b"), Bytes("\uFFFD")),
            (("b", "b"), Bytes("c"), Bytes("")),
            (("b", "b"), Bytes(""), Bytes("c")),
            (("b", "b"), Bytes("c"), [0]),
            (("b", "b"), Bytes("c"), [0xFF]),
            (("b", "b"), Bytes("c"), new byte[1025]),
        ])
        {
            using IStateReplacement replacement = Backend.BeginReplacement();
            Append(replacement, first, "v");
            Assert.Throws<ArgumentException>(() => replacement.Append(scope, key, 1, Bytes("v")));
        }

        Assert.Equal(before, Backend.ReadStatus());
        Assert.Equal("present", Load(("s", "k")));
    }

    [Fact]
    public void Readers_see_the_present_state_until_the_switch_and_writers_wait()
    {
        Reopen(TimeSpan.Zero);
        Save(("s", "k"), "present");
        using IStateSnapshot early = Backend.OpenSnapshot();
        using (IStateReplacement replacement = Backend.BeginReplacement())
        {
            for (int i = 0; i < 20_000; i++)
            {
                Append(replacement, ("t", $"{i:D6}"), new string('y', 1_000));
            }

            using IStateSnapshot during = Backend.OpenSnapshot();
            Assert.Equal(replacement.Present, during.Status);
            Assert.Equal("present", Load(("s", "k")));
            Assert.Throws<StateBusyException>(() => Backend.BeginTransaction());
            replacement.Commit("backup-1", adopt: null);
            Assert.Equal("present", Load(during, ("s", "k")));
        }

        Assert.Equal("present", Load(early, ("s", "k")));
        Assert.Null(Load(("s", "k")));
        Assert.Equal(20_000, Backend.ReadStatus().Entries);
    }

    [Fact]
    public void An_ended_replacement_refuses_every_call()
    {
        IStateReplacement replacement = Backend.BeginReplacement();
        replacement.Commit("backup-1", adopt: null);

        Assert.Throws<ObjectDisposedException>(() => Append(replacement, ("s", "k"), "v"));
        Assert.Throws<ObjectDisposedException>(() => replacement.Commit("backup-2", adopt: null));
        replacement.Dispose();
        Save(("s", "k"), "the lock is free");
    }
}
