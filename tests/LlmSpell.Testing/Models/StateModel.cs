using System.Text;
using LlmSpell.State;

namespace LlmSpell.Testing;

/// <summary>What a state should be: a plain sorted map, kept beside the store by the same random operations.</summary>
public sealed class StateModel
{
    private static readonly string[] Scopes = ["global", "agent:a", "agent:b", "session:\uFFFD", "session:\U00010000", "tool:ü"];

    private readonly SortedDictionary<StateKey, StateValue> _entries = [];

    public int Count => _entries.Count;

    public StateModel Copy()
    {
        StateModel copy = new();
        foreach ((StateKey key, StateValue value) in _entries)
        {
            copy._entries.Add(key, value);
        }

        return copy;
    }

    /// <summary>Applies random saves, overwrites, deletions, emptied scopes and transactions to both.</summary>
    public void Mutate(StateStore store, Random random, int operations)
    {
        for (int i = 0; i < operations; i++)
        {
            switch (random.Next(20))
            {
                case < 11:
                    StateKey saved = RandomKey(random);
                    StateValue value = RandomValue(random);
                    store.Save(saved, value);
                    _entries[saved] = value;
                    break;
                case < 16:
                    StateKey deleted = RandomKey(random);
                    Xunit.Assert.Equal(_entries.Remove(deleted), store.Delete(deleted));
                    break;
                case < 17:
                    string scope = Scopes[random.Next(Scopes.Length)];
                    Xunit.Assert.Equal(RemoveScope(scope), store.Clear(scope));
                    break;
                case < 18:
                    // Written and deleted again: no change between two backups.
                    StateKey passing = ($"tool:passing{random.Next(3)}", "gone");
                    store.Save(passing, 1);
                    Xunit.Assert.True(store.Delete(passing));
                    break;
                case < 19:
                    RunTransaction(store, random, commit: true);
                    break;
                default:
                    RunTransaction(store, random, commit: false);
                    break;
            }
        }
    }

    /// <summary>Empties a scope of the model alone.</summary>
    public void Forget(string scope) => RemoveScope(scope);

    /// <summary>Fails unless the store holds exactly this.</summary>
    public void AssertEquals(StateStore store)
    {
        StateContent.Read(store);
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        foreach ((StateKey key, StateValue value) in _entries)
        {
            Xunit.Assert.True(cursor.MoveNext(), $"the store ends before {key}");
            Xunit.Assert.Equal(key.ToString(), $"{Encoding.UTF8.GetString(cursor.Scope)}/{Encoding.UTF8.GetString(cursor.Key)}");
            Xunit.Assert.True(value.Bytes.Span.SequenceEqual(cursor.Value), $"the store has another value for {key}");
        }

        Xunit.Assert.False(cursor.MoveNext(), "the store holds more than it should");
    }

    private void RunTransaction(StateStore store, Random random, bool commit)
    {
        StateModel after = Copy();
        using (StateTransaction transaction = store.BeginTransaction())
        {
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                StateKey key = RandomKey(random);
                if (random.Next(3) == 0)
                {
                    Xunit.Assert.Equal(after._entries.Remove(key), transaction.Delete(key));
                    continue;
                }

                StateValue value = RandomValue(random);
                transaction.Save(key, value);
                after._entries[key] = value;
                Xunit.Assert.Equal(value, transaction.Load(key));
            }

            if (!commit)
            {
                return;
            }

            transaction.Commit();
        }

        _entries.Clear();
        foreach ((StateKey key, StateValue value) in after._entries)
        {
            _entries.Add(key, value);
        }
    }

    private long RemoveScope(string scope)
    {
        StateKey[] keys = [.. _entries.Keys.Where(key => key.ScopeText == scope)];
        foreach (StateKey key in keys)
        {
            _entries.Remove(key);
        }

        return keys.Length;
    }

    private static StateKey RandomKey(Random random) => (Scopes[random.Next(Scopes.Length)], "key:" + random.Next(60));

    private static StateValue RandomValue(Random random) => random.Next(6) switch
    {
        0 => random.Next(2) == 0,
        1 => random.NextInt64(),
        2 => random.NextDouble(),
        3 => new string((char)('a' + random.Next(26)), random.Next(400)),
        4 => StateValue.Array("turn", random.Next(), StateValue.From([0xFF, (byte)random.Next(256)])),
        _ => StateValue.Map(new Dictionary<string, StateValue> { ["n"] = random.Next(), ["list"] = StateValue.Array(1, 2.5, "x") }),
    };
}
