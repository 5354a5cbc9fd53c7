using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Layers as a heap by the keys at which they stand; of those at the same key the newest stands first. Those that have ended are not in it.
/// Not thread-safe.
/// </summary>
internal sealed class LayerHeap
{
    private readonly LayerReader[] _layers;
    private readonly int[] _heap;
    private int _count;

    /// <param name="layers">The layers at their first records, oldest first; the heap calls each by its place here. They stay the caller's.</param>
    internal LayerHeap(IEnumerable<LayerReader> layers)
    {
        _layers = [.. layers];
        _heap = new int[_layers.Length];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            if (!_layers[layer].IsAtEnd)
            {
                _heap[_count++] = layer;
                SiftUp(_count - 1);
            }
        }
    }

    internal bool IsEmpty => _count == 0;

    /// <summary>The newest of the layers that stand at the least key.</summary>
    internal int Top => _count > 0 ? _heap[0] : throw new InvalidOperationException("All layers have ended.");

    /// <summary>The layer that comes after <see cref="Top"/>; null if that is the only one.</summary>
    internal int? Second => _count < 2 ? null : _heap[PlaceOfSecond];

    /// <summary>An older layer that stands at the same key as <see cref="Top"/>; null if there is none.</summary>
    internal int? OlderAtSameKey => _count > 1 && CompareKeys(Top, _heap[PlaceOfSecond]) == 0 ? _heap[PlaceOfSecond] : null;

    // The least of the others is one of the two below the first.
    private int PlaceOfSecond => _count > 2 && ComesBefore(_heap[2], _heap[1]) ? 2 : 1;

    /// <summary>Moves <see cref="Top"/> to a later record, as <see cref="LayerReader.MoveTo"/> does; no other may stand before that or at the same key.</summary>
    internal void MoveTop(int record)
    {
        _layers[Top].MoveTo(record);
        Settle(0);
    }

    /// <summary>Moves <see cref="OlderAtSameKey"/> to its next record.</summary>
    internal void StepOlder()
    {
        if (OlderAtSameKey is not { } older)
        {
            throw new InvalidOperationException("No older layer stands at this key.");
        }

        int place = PlaceOfSecond;
        _layers[older].MoveTo(_layers[older].Record + 1);
        Settle(place);
    }

    /// <summary>Restores the order of the heap after the layer at a place has moved on.</summary>
    private void Settle(int place)
    {
        if (_layers[_heap[place]].IsAtEnd)
        {
            _heap[place] = _heap[--_count];
        }

        // Down suffices for a layer that moved, since it only moves to greater keys; but the last one, put in its place, may belong further up.
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
                if (ComesBefore(_heap[child], _heap[first]))
                {
                    first = child;
                }
            }

            if (first == place)
            {
                return;
            }

            (_heap[place], _heap[first]) = (_heap[first], _heap[place]);
            place = first;
        }
    }

    private void SiftUp(int place)
    {
        while (place > 0 && place < _count && ComesBefore(_heap[place], _heap[(place - 1) / 2]))
        {
            (_heap[place], _heap[(place - 1) / 2]) = (_heap[(place - 1) / 2], _heap[place]);
            place = (place - 1) / 2;
        }
    }

    private bool ComesBefore(int layer, int other)
    {
        int order = CompareKeys(layer, other);
        return order != 0 ? order < 0 : layer > other;
    }

    private int CompareKeys(int layer, int other) =>
        StateKey.Compare(_layers[layer].Scope, _layers[layer].Key, _layers[other].Scope, _layers[other].Key);
}
