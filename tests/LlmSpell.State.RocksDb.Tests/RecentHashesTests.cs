using System.Globalization;
using LlmSpell.State.RocksDb.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class RecentHashesTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_known_is_what_was_noted_last_and_the_newest_is_known()
    {
        RecentHashes recent = new();
        recent.Prepare();
        Dictionary<int, EntryHash> noted = [];
        var random = new Random(1);
        int known = 0;
        for (int i = 0; i < 400_000; i++)
        {
            // A few hot keys among more than there is room for.
            int number = random.Next(2) == 0 ? random.Next(1_000) : random.Next(200_000);
            StateKey key = Key(number);
            if (recent.TryGet(key, out EntryHash hash))
            {
                known++;
                Assert.Equal(noted[number], hash);
            }

            noted[number] = random.Next(10) == 0 ? EntryHash.None : new EntryHash((UInt128)random.NextInt64() + 1);
            recent.Note(key, noted[number]);
            Assert.True(recent.TryGet(key, out hash));
            Assert.Equal(noted[number], hash);
        }

        Assert.InRange(known, 150_000, 390_000);
        recent.Clear();
        Assert.DoesNotContain(noted.Keys, number => recent.TryGet(Key(number), out _));
    }

    [Fact]
    public void Saves_over_what_was_saved_deleted_dropped_and_restored_add_up()
    {
        using RocksDbBackend backend = _folder.Open();
        Save(backend, 1);
        using (IBackendTransaction dropped = backend.BeginTransaction())
        {
            dropped.Put(Key(1), 2, [2]);
            dropped.Delete(Key(2), 2);
        }

        Save(backend, 3);
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            Assert.True(transaction.Delete(Key(1), 4));
            Assert.False(transaction.Delete(Key(1), 4));
            transaction.Commit();
        }

        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            Assert.False(transaction.Delete(Key(1), 5));
            transaction.Put(Key(1), 5, [5]);
            transaction.Commit();
        }

        Assert.Equal(10, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            replacement.Append("s"u8, "1"u8, 6, [6]);
            replacement.Commit("backup-1", adopt: null);
        }

        Save(backend, 7);
        Assert.Equal(10, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
    }

    private static StateKey Key(int number) => ("s", number.ToString(CultureInfo.InvariantCulture));

    private static void Save(RocksDbBackend backend, byte value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        for (int i = 0; i < 10; i++)
        {
            transaction.Put(Key(i), value, [value]);
        }

        transaction.Commit();
    }
}
