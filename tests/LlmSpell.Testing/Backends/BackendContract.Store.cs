using LlmSpell.State;
using LlmSpell.State.MessagePack;
using Xunit;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void A_store_counts_describes_loads_and_saves_several_entries()
    {
        FixedClock clock = new(DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000).AddMicroseconds(123_456));
        using StateStore store = OpenStore(clock);
        store.SaveMany([Pair("a", 1), Pair("ab", "text"), Pair("b", StateValue.From(new byte[5_000]))]);
        store.Save(("t", "a"), 1);

        Assert.Equal(3, store.Count("s"));
        Assert.Equal(2, store.Count("s", "a"));
        Assert.Equal(0, store.Count("none"));
        Assert.True(store.TryGetInfo(("s", "ab"), out StateEntryInfo info));
        Assert.Equal(new StateEntryInfo(clock.GetUtcNow(), 5), info);
        Assert.True(store.TryGetInfo(("s", "b"), out info));
        Assert.Equal(5_003, info.Size);
        Assert.False(store.TryGetInfo(("s", "none"), out info));
        Assert.Equal(default, info);

        IReadOnlyDictionary<StateKey, StateValue> values = store.LoadMany([("s", "a"), ("t", "a"), ("s", "none"), ("s", "b"), ("s", "a")]);
        Assert.Equal(3, values.Count);
        Assert.Equal(1, values[("t", "a")].AsInteger());
        Assert.Equal(5_000, values[("s", "b")].AsBinary().Length);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_prefix()
    {
        using StateStore store = OpenStore(TimeProvider.System);
        store.SaveMany([Pair("🎉", 1), Pair("\uFFFD", 2)]);

        Assert.Throws<ArgumentException>(() => store.ListKeys("s", "\ud83c"));
        Assert.Throws<ArgumentException>(() => store.Count("s", "\ud83c"));
        store.Transact(transaction =>
        {
            Assert.Throws<ArgumentException>(() => transaction.ListKeys("s", "\ud83c"));
            Assert.Throws<ArgumentException>(() => transaction.Count("s", "\ud83c"));
        });
        Assert.Equal(["\uFFFD"], store.ListKeys("s", "\uFFFD"));
    }

    [Fact]
    public void Saving_several_values_saves_all_or_none()
    {
        using StateStore store = OpenStore(TimeProvider.System, maxValueBytes: 100);

        Assert.Throws<ArgumentException>(() => store.SaveMany([Pair("a", 1), Pair("b", new string('x', 200))]));

        Assert.Equal(0, store.ReadStatus().Entries);
    }

    [Fact]
    public void Inside_a_transaction_the_same_questions_are_answered_with_its_own_writes()
    {
        using StateStore store = OpenStore(TimeProvider.System);
        store.SaveMany([Pair("a", 1), Pair("b", 2)]);
        store.Save(("t", "gone"), 1);
        store.Transact(transaction =>
        {
            transaction.Save(("s", "a"), "longer");
            transaction.Save(("r", "new"), 1);
            transaction.Delete(("s", "b"));
            transaction.Clear("t");

            Assert.Equal(["r", "s"], transaction.ListScopes());
            Assert.Equal(["a"], transaction.ListKeys("s"));
            Assert.Equal(1, transaction.Count("s"));
            Assert.Equal(0, transaction.Count("s", "b"));
            Assert.True(transaction.TryGetInfo(("s", "a"), out StateEntryInfo info));
            Assert.Equal(7, info.Size);
            Assert.False(transaction.TryGetInfo(("s", "b"), out _));
            Assert.NotEqual(store.ReadStatus().Fingerprint, transaction.Fingerprint);
            using EntryPage page = new(maxEntries: 10, maxBytes: 1000);
            transaction.ReadPage(page, KeyRange.All);
            Assert.Equal(2, page.Count);
            Assert.Equal("new"u8, page.Key(0));
            Assert.Equal("longer", StateValue.FromMessagePack(page.Value(1)).AsString());
            Assert.Equal(2, store.Count("s"));
        });
        Assert.Equal(["a"], store.ListKeys("s"));
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(7, 1_000_000)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2_500)]
    [InlineData(1000, 1_000_000)]
    public void Pages_are_bounded_by_entries_and_bytes_and_together_are_the_range(int maxEntries, int maxBytes)
    {
        using StateStore store = OpenStore(TimeProvider.System);
        store.SaveMany(Enumerable.Range(0, 50).Select(i => Pair($"k{i:00}", new string('x', i * 20))));
        store.Save(("t", "k"), 1);
        KeyRange all = KeyRange.WithPrefix("s"u8, "k"u8);
        KeyRange range = all;
        List<string> keys = [];
        while (true)
        {
            using EntryPage page = new(maxEntries, maxBytes);
            store.ReadPage(page, range);
            Assert.InRange(page.Count, page.IsLast ? 0 : 1, maxEntries);
            int bytes = 0;
            for (int i = 0; i < page.Count; i++)
            {
                Assert.True(bytes < maxBytes, "an entry was added to a page that was full");
                bytes += page.Key(i).Length + page.Value(i).Length;
                keys.Add(System.Text.Encoding.UTF8.GetString(page.Key(i)));
                MessagePackReader reader = new(page.Value(i));
                Assert.Equal((keys.Count - 1) * 20, reader.ReadString().Length);
            }

            if (page.IsLast)
            {
                break;
            }

            range = KeyRange.After(("s", keys[^1]), all);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"k{i:00}"), keys);
    }

    /// <summary>A store over the test's backend, which stays open when the store is closed.</summary>
    private StateStore OpenStore(TimeProvider clock, int maxValueBytes = StateValue.DefaultMaxBytes) => new(
        new Borrowed(Backend), new StateStoreOptions { TimeProvider = clock, FlushInterval = TimeSpan.Zero, MaxValueBytes = maxValueBytes });

    private static KeyValuePair<StateKey, StateValue> Pair(string key, StateValue value) => KeyValuePair.Create(new StateKey("s", key), value);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class Borrowed(IStateBackend inner) : IStateBackend
    {
        public string Kind => inner.Kind;

        public string Location => inner.Location;

        public StoreStatus ReadStatus() => inner.ReadStatus();

        public bool TryRead(StateKey key, System.Buffers.IBufferWriter<byte> value, out long modifiedAt) => inner.TryRead(key, value, out modifiedAt);

        public bool Contains(StateKey key) => inner.Contains(key);

        public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => inner.BeginTransaction(cancellationToken);

        public IStateSnapshot OpenSnapshot() => inner.OpenSnapshot();

        public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => inner.BeginReplacement(cancellationToken);

        public void Flush() => inner.Flush();

        public void Dispose()
        {
        }
    }
}
