using LlmSpell.State;
using Xunit;
using Xunit.Sdk;

namespace LlmSpell.Testing.Backends;

public abstract partial class BackendContract
{
    private static readonly string[] Parts =
        ["a", "aa", "a/b", "b", "é", "\u0001", "\u007F", "\uFFFD", "\U00010000", "z\U0010FFFF", new string('k', 250)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(null)]
    public void Random_operations_give_what_a_sorted_dictionary_gives(int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        try
        {
            new RandomRun(this, new Random(seed)).Go(rounds: 250);
        }
        catch (Exception e)
        {
            throw new XunitException($"With the seed {seed}: {e.Message}", e);
        }
    }

    /// <summary>One run: transactions, snapshots that are held for a while, restores, and comparisons with all old versions.</summary>
    private sealed class RandomRun(BackendContract test, Random random)
    {
        private readonly List<(StateVersion Version, int Moment)> _versions = [];
        private readonly List<(IStateSnapshot Snapshot, StoreModel Model)> _held = [];
        private StoreModel _model = new();

        internal void Go(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                switch (random.Next(20))
                {
                    case 0:
                        Replace();
                        break;
                    case 1:
                        _held.Add((test.Backend.OpenSnapshot(), _model.Copy()));
                        break;
                    case 2 when _held.Count > 0:
                        CompareHeld();
                        break;
                    case 3 when test.KeepsData && _held.Count == 0:
                        test.Reopen(TimeSpan.FromSeconds(30));
                        break;
                    case 4:
                        ComparePresent();
                        break;
                    default:
                        Transact();
                        break;
                }
            }

            while (_held.Count > 0)
            {
                CompareHeld();
            }

            ComparePresent();
        }

        private StateKey AnyKey() => new(Parts[random.Next(Parts.Length)], Parts[random.Next(Parts.Length)]);

        private byte[] AnyValue()
        {
            byte[] value = new byte[random.Next(4) switch { 0 => 0, 1 => random.Next(3_000), 2 => random.Next(940, 1_000), _ => 40 }];
            random.NextBytes(value);
            return value;
        }

        private void Transact()
        {
            StoreModel changed = _model.Copy();
            using IBackendTransaction transaction = test.Backend.BeginTransaction();
            for (int i = random.Next(8); i > 0; i--)
            {
                StateKey key = AnyKey();
                long now = random.Next(1_000_000);
                if (random.Next(3) > 0)
                {
                    byte[] value = AnyValue();
                    transaction.Put(key, now, value);
                    changed.Put(key, now, value);
                }
                else
                {
                    Assert.Equal(changed.Delete(key, now), transaction.Delete(key, now));
                }
            }

            Assert.Equal(changed.Entries, StoreContent.Read(transaction.Scan(KeyRange.All)));
            Assert.Equal(changed.Entries.Aggregate(Fingerprint.Empty, (sum, entry) => sum.Toggle(entry.Hash)), transaction.Fingerprint);
            if (random.Next(5) == 0)
            {
                return;
            }

            StateVersion version = transaction.Commit();
            _model = changed;
            _versions.Add((version, _model.Moment));
        }

        private void Replace()
        {
            StoreModel next = new();
            for (int i = random.Next(20); i > 0; i--)
            {
                next.Put(AnyKey(), random.Next(1_000_000), AnyValue());
            }

            using IStateReplacement replacement = test.Backend.BeginReplacement();
            foreach (Entry entry in next.Entries)
            {
                replacement.Append(entry.Key.Scope, entry.Key.Key, entry.ModifiedAt, entry.Value);
            }

            if (random.Next(2) == 0)
            {
                return;
            }

            StateVersion version = replacement.Commit("backup", adopt: null).Version;
            _model = next;
            _versions.Clear();
            _versions.Add((version, next.Moment));
        }

        private void ComparePresent()
        {
            using IStateSnapshot snapshot = test.Backend.OpenSnapshot();
            Compare(snapshot, _model);
            foreach ((StateVersion version, int moment) in _versions)
            {
                Assert.Equal(_model.ChangesSince(moment), StoreContent.ReadChanges(snapshot, version));
            }
        }

        private void CompareHeld()
        {
            int index = random.Next(_held.Count);
            (IStateSnapshot snapshot, StoreModel model) = _held[index];
            _held.RemoveAt(index);
            using (snapshot)
            {
                Compare(snapshot, model);
            }
        }

        private void Compare(IStateSnapshot snapshot, StoreModel model)
        {
            Assert.Equal(model.Entries, StoreContent.Read(snapshot));
            byte[] prefix = Bytes(Parts[random.Next(Parts.Length)]);
            string scope = Parts[random.Next(Parts.Length)];
            Assert.Equal(
                model.Entries.Where(entry => entry.Key.ScopeText == scope && entry.Key.Key.StartsWith(prefix)),
                StoreContent.Read(snapshot.Scan(KeyRange.WithPrefix(Bytes(scope), prefix))));
            Assert.Equal(
                model.Entries.Aggregate(Fingerprint.Empty, (sum, entry) => sum.Toggle(entry.Hash)), snapshot.Status.Fingerprint);
            Assert.Equal(model.Entries.Count, snapshot.Status.Entries);
        }
    }
}
