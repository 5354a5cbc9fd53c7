using System.Globalization;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>The log of changes has them in the order of time; in little memory it gives them in the order of keys all the same.</summary>
public sealed class ChangedKeysTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(3_000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Whatever_the_memory_the_changes_are_the_same(int budget)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        Dictionary<StateKey, (EntryHash Replaced, long ChangedAt)> expected = [];
        StoreStatus since;
        using (RocksDbBackend backend = _folder.Open())
        {
            Worked.Fill(backend, seed);
            since = backend.ReadStatus();
            Dictionary<StateKey, EntryHash> before = StoreContent.Read(backend).ToDictionary(entry => entry.Key, entry => EntryHash.Of(entry.Key, entry.Value));
            for (int round = 0; round < 60; round++)
            {
                using IBackendTransaction transaction = backend.BeginTransaction();
                for (int i = 0; i < 5; i++)
                {
                    StateKey key = ("s", random.Next(200).ToString("d8", CultureInfo.InvariantCulture));
                    transaction.Put(key, round, [(byte)round]);
                    EntryHash replaced = expected.TryGetValue(key, out var earlier) ? earlier.Replaced : before.GetValueOrDefault(key);
                    expected[key] = (replaced, round);
                }

                transaction.Commit();
            }
        }

        OpenedStore store = StoreOpener.Open(new StorePaths(_folder.Path), new RocksDbOptions { Folder = _folder.Path });
        try
        {
            long sequence = long.Parse(since.Version.Token, CultureInfo.InvariantCulture);
            ChangedKeys changes = new(store.Generation, sequence, snapshot: 0, budget);
            List<(StateKey, EntryHash, long)> found = [];
            int readings = 0;
            while (changes.Next())
            {
                readings++;
                for (int i = 0; i < changes.Count; i++)
                {
                    int nul = changes.Key(i).IndexOf((byte)0);
                    found.Add((new StateKey(changes.Key(i)[..nul], changes.Key(i)[(nul + 1)..]), changes.Replaced(i), changes.ChangedAt(i)));
                }
            }

            output.WriteLine($"{found.Count} keys in {readings} readings");
            Assert.Equal(expected.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Replaced, pair.Value.ChangedAt)), found);
            Assert.True(budget > 3_000 || readings > 1);
        }
        finally
        {
            store.Generation.Release();
            store.Session.Release();
        }
    }

    [Fact]
    public void Keys_that_fit_into_the_memory_take_one_reading_however_often_they_changed()
    {
        const int Keys = 10;
        const int Changes = 2_000;
        const int Budget = 20_000;
        using (RocksDbBackend backend = _folder.Open())
        {
            using IBackendTransaction transaction = backend.BeginTransaction();
            for (int i = 0; i < Changes; i++)
            {
                transaction.Put(("s", (i % Keys).ToString("d200", CultureInfo.InvariantCulture)), i, [1]);
            }

            transaction.Commit();
        }

        OpenedStore store = StoreOpener.Open(new StorePaths(_folder.Path), new RocksDbOptions { Folder = _folder.Path });
        try
        {
            ChangedKeys changes = new(store.Generation, since: 0, snapshot: 0, Budget);
            Assert.True(changes.Next());
            Assert.Equal(Keys, changes.Count);
            Assert.Equal(Changes - 1, changes.ChangedAt(Keys - 1));
            Assert.False(changes.Next());
        }
        finally
        {
            store.Generation.Release();
            store.Session.Release();
        }
    }
}
