using System.Collections.Immutable;
using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A state and what it should be, changed by a workload. Not thread-safe.</summary>
internal sealed class WorkingState(StateStore store, Random random)
{
    private readonly Workload[] _all = [.. Enum.GetValues<Workload>().Where(static workload => workload != Workload.AnyOfThem)];
    private Workload _any;
    private int _next;

    internal ImmutableSortedDictionary<StateKey, StateValue> Entries { get; private set; } = ImmutableSortedDictionary<StateKey, StateValue>.Empty;

    /// <summary>The bytes of all records that were written or replaced so far.</summary>
    internal long Changed { get; private set; }

    /// <summary>The bytes of the records of all entries.</summary>
    internal long Live { get; private set; }

    /// <summary>The length of an entry's record, to within two bytes.</summary>
    internal static long Length(StateKey key, StateValue value) => 13 + key.Scope.Length + key.Key.Length + value.Bytes.Length;

    internal void Start(Workload workload)
    {
        switch (workload)
        {
            case Workload.AppendOnly:
                Append(50, 1_000);
                break;
            case Workload.ShrinkingValues:
                Append(250, 10_000);
                break;
            case Workload.FewHugeValues:
                Append(300, 100);
                Enumerable.Range(0, 4).ToList().ForEach(i => Save(Huge(i), Noise(700_000)));
                break;
            case Workload.CountersBesideDocuments:
                for (int i = 0; i < 60; i++)
                {
                    Save(($"session:{i:000}", "document"), Noise(40_000));
                    Enumerable.Range(0, 5).ToList().ForEach(counter => Save(($"session:{i:000}", $"counter{counter}"), Noise(8)));
                }

                break;
            case Workload.CompressibleToIncompressible or Workload.IncompressibleHotSet:
                Enumerable.Range(0, 2_000).ToList().ForEach(i => Save(Key(_next++), StateValue.From(new byte[1_000])));
                break;
            case Workload.AlternatingScopes:
                Enumerable.Range(0, 1_000).ToList().ForEach(i => Save(("agent:a", $"{i:0000}"), Noise(1_000)));
                Enumerable.Range(0, 1_000).ToList().ForEach(i => Save(("agent:b", $"{i:0000}"), Noise(1_000)));
                break;
            default:
                Append(2_000, 1_000);
                break;
        }
    }

    internal void Step(Workload workload, int step)
    {
        switch (workload)
        {
            case Workload.AppendOnly:
                Append(15, 1_000);
                break;
            case Workload.HotSet:
                Overwrite(40, 60, static _ => 1_000);
                break;
            case Workload.UniformOverwrite:
                Overwrite(40, int.MaxValue, static _ => 1_000);
                break;
            case Workload.GrowingValues:
                Overwrite(40, int.MaxValue, static length => Math.Min((length * 3 / 2) + 1, 4_000));
                break;
            case Workload.ShrinkingValues when step % 60 < 50:
                Overwrite(20, int.MaxValue, static length => Math.Max(10, length / 20));
                break;
            case Workload.ShrinkingValues:
                Overwrite(40, int.MaxValue, static _ => 10_000);
                break;
            case Workload.MassDeletionAndRefill when step % 25 == 10:
                Remove(Entries.Count * random.Next(5, 10) / 10);
                break;
            case Workload.MassDeletionAndRefill:
                Append(step % 25 < 10 ? 0 : Math.Max(0, 2_000 - Entries.Count) / 8, 1_000);
                Overwrite(10, int.MaxValue, static _ => 1_000);
                break;
            case Workload.AlternatingScopes when step % 20 == 5:
                string emptied = step % 40 == 5 ? "agent:a" : "agent:b";
                Entries.Keys.Where(key => key.ScopeText == emptied).ToList().ForEach(Delete);
                break;
            case Workload.AlternatingScopes:
                string filled = step % 40 < 25 && step % 40 > 4 ? "agent:a" : "agent:b";
                Enumerable.Range(0, 60).ToList().ForEach(_ => Save((filled, $"{random.Next(1_000):0000}"), Noise(1_000)));
                break;
            case Workload.FewHugeValues when step % 12 == 6:
                Save(Huge(random.Next(4)), Noise(random.Next(2) == 0 ? 10 : 700_000));
                break;
            case Workload.FewHugeValues when step % 60 == 59:
                Enumerable.Range(0, 4).Where(i => Entries.ContainsKey(Huge(i))).ToList().ForEach(i => Delete(Huge(i)));
                break;
            case Workload.FewHugeValues:
                Overwrite(20, 100, static _ => 100);
                break;
            case Workload.CountersBesideDocuments:
                Enumerable.Range(0, 60).ToList().ForEach(i => Save(($"session:{i:000}", $"counter{random.Next(5)}"), Noise(8)));
                Save(($"session:{step % 60:000}", "document"), Noise(step / 60 % 2 == 0 ? 40 : 40_000));
                break;
            case Workload.IncompressibleToCompressible:
                Overwrite(40, int.MaxValue, static _ => 1_000, zeros: step / 70 % 2 == 0);
                break;
            case Workload.CompressibleToIncompressible:
                Overwrite(40, int.MaxValue, static _ => 1_000, zeros: step / 70 % 2 == 1);
                break;
            case Workload.IncompressibleHotSet:
                Overwrite(40, 40, static _ => 1_000);
                break;
            default:
                _any = random.Next(20) == 0 || step == 1 ? _all[random.Next(_all.Length)] : _any;
                Step(_any, step);
                break;
        }
    }

    private static StateKey Key(int number) => ("global", $"key{number:00000000}");

    private static StateKey Huge(int number) => ("global", $"huge{number}");

    private void Append(int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            Save(Key(_next++), Noise(length));
        }
    }

    private void Overwrite(int count, int among, Func<int, int> length, bool zeros = false)
    {
        StateKey[] keys = [.. Entries.Keys];
        for (int i = 0; i < count && keys.Length > 0; i++)
        {
            StateKey key = keys[random.Next(Math.Min(among, keys.Length))];
            int bytes = length(Entries[key].Bytes.Length);
            Save(key, zeros ? StateValue.From(new byte[bytes]) : Noise(bytes));
        }
    }

    private void Remove(int count)
    {
        StateKey[] keys = [.. Entries.Keys];
        random.Shuffle(keys);
        keys.Take(count).ToList().ForEach(Delete);
    }

    private StateValue Noise(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return StateValue.From(bytes);
    }

    private void Save(StateKey key, StateValue value)
    {
        Changed += Length(key, value) + Replaced(key);
        Live += Length(key, value) - Replaced(key);
        Entries = Entries.SetItem(key, value);
        store.Save(key, value);
    }

    private void Delete(StateKey key)
    {
        Changed += Replaced(key);
        Live -= Replaced(key);
        Entries = Entries.Remove(key);
        store.Delete(key);
    }

    private long Replaced(StateKey key) => Entries.TryGetValue(key, out StateValue? replaced) ? Length(key, replaced) : 0;
}
