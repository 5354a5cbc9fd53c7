using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Layers as a heap by their present key; of those at the same key the newest stands first. Those that have ended are not in it.
/// Not thread-safe.
/// </summary>
internal sealed class MergeHeap
{
    private readonly MergeSource[] _sources;
    private int _count;

    /// <param name="sources">The layers at their first records, in any order.</param>
    internal MergeHeap(IReadOnlyList<MergeSource> sources)
    {
        _sources = new MergeSource[sources.Count];
        foreach (MergeSource source in sources.Where(static source => !source.IsAtEnd))
        {
            _sources[_count++] = source;
            SiftUp(_count - 1);
        }
    }

    internal bool IsEmpty => _count == 0;

    internal MergeSource Top => _sources[0];

    /// <summary>An older source that stands at the same key as <see cref="Top"/>; null if there is none.</summary>
    internal MergeSource? OlderAtSameKey()
    {
        int place = PlaceOfOlder();
        return place > 0 ? _sources[place] : null;
    }

    /// <summary>Steps the source of <see cref="OlderAtSameKey"/>.</summary>
    internal void StepOlder()
    {
        int place = PlaceOfOlder();
        if (place == 0)
        {
            throw new InvalidOperationException("No older source stands at this key.");
        }

        _sources[place].MoveNext();
        Settle(place);
    }

    /// <summary>Steps <see cref="Top"/>; no other may stand at its key.</summary>
    internal void StepTop()
    {
        Top.MoveNext();
        Settle(0);
    }

    /// <summary>Steps <see cref="Top"/> to its next block; no other may stand at a key of the present one.</summary>
    internal void StepTopOverBlock()
    {
        Top.MoveToNextBlock();
        Settle(0);
    }

    /// <summary>Whether all sources but <see cref="Top"/> stand beyond a key.</summary>
    internal bool OthersAreBeyond(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        // The least of the others is one of the two below the first.
        for (int place = 1; place <= 2 && place < _count; place++)
        {
            if (StateKey.Compare(_sources[place].Scope, _sources[place].Key, scope, key) <= 0)
            {
                return false;
            }
        }

        return true;
    }

    private int PlaceOfOlder()
    {
        for (int place = 1; place <= 2 && place < _count; place++)
        {
            if (Compare(_sources[0], _sources[place]) == 0)
            {
                return place;
            }
        }

        return 0;
    }

    private void Settle(int place)
    {
        if (_sources[place].IsAtEnd)
        {
            _sources[place] = _sources[--_count];
        }

        // Down suffices for a source that stepped; but the last one, put in the place of one that ended, may belong further up.
        SiftDown(place);
        SiftUp(place);
    }

    private void SiftDown(int place)
    {
        while (true)
        {
            int first = place;
            for (int child = (2 * place) + 1; child <= (2 * place) + 2 && child < _count; child++)
            {
                if (ComesBefore(_sources[child], _sources[first]))
                {
                    first = child;
                }
            }

            if (first == place)
            {
                return;
            }

            (_sources[place], _sources[first]) = (_sources[first], _sources[place]);
            place = first;
        }
    }

    private void SiftUp(int place)
    {
        while (place > 0 && place < _count && ComesBefore(_sources[place], _sources[(place - 1) / 2]))
        {
            (_sources[place], _sources[(place - 1) / 2]) = (_sources[(place - 1) / 2], _sources[place]);
            place = (place - 1) / 2;
        }
    }

    private static bool ComesBefore(MergeSource source, MergeSource other)
    {
        int order = Compare(source, other);
        return order != 0 ? order < 0 : source.Age > other.Age;
    }

    private static int Compare(MergeSource source, MergeSource other) => StateKey.Compare(source.Scope, source.Key, other.Scope, other.Key);
}
