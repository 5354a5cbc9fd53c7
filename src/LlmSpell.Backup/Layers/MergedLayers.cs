namespace LlmSpell.Backup;

/// <summary>
/// The state that a manifest's layers together are: their records merged in the order of keys, where a later layer wins over an earlier
/// one, and a tombstone leaves its key out. Checks every layer as <see cref="LayerReader"/> does. Not thread-safe.
/// </summary>
/// <remarks>
/// A tombstone of a key that no earlier layer has deletes nothing and is right: a key that was written and deleted between two backups
/// leaves one.
/// </remarks>
internal sealed class MergedLayers : IAsyncDisposable
{
    // The layers as a heap by their present key; of those with the same key the newest stands first.
    private readonly LayerReader[] _readers;
    private readonly int[] _heap;
    private int _count;
    private bool _started;

    private MergedLayers(LayerReader[] readers)
    {
        _readers = readers;
        _heap = new int[readers.Length];
    }

    internal ReadOnlySpan<byte> Scope => Top.Scope;

    internal ReadOnlySpan<byte> Key => Top.Key;

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    internal long ModifiedAt => Top.ModifiedAt;

    internal ReadOnlySpan<byte> Value => Top.Value;

    private LayerReader Top => _started && _count > 0
        ? _readers[_heap[0]]
        : throw new InvalidOperationException("The merged layers stand before the first entry or after the last.");

    /// <param name="storage">Where the layers lie.</param>
    /// <param name="layers">Oldest first; none is the empty state.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A layer's files or index are not what was written.</exception>
    internal static async Task<MergedLayers> OpenAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, CancellationToken cancellationToken)
    {
        List<LayerReader> readers = [];
        try
        {
            foreach (ManifestLayer layer in layers)
            {
                // The first layer is mostly by far the largest; reading far ahead in all of them would only take memory.
                int depth = readers.Count == 0 ? LayerReader.DefaultDepth : 1;
                readers.Add(await LayerReader.OpenAsync(storage, layer, depth, cancellationToken).ConfigureAwait(false));
            }

            return new MergedLayers([.. readers]);
        }
        catch
        {
            await DisposeAllAsync(readers).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Steps to the next entry; false after the last, when all layers have turned out to be what was written.</summary>
    /// <exception cref="BackupDamagedException">One is not.</exception>
    internal async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_started)
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (_count > 0)
        {
            await StepOverKeyAsync(cancellationToken).ConfigureAwait(false);
        }

        while (_count > 0 && _readers[_heap[0]].IsTombstone)
        {
            await StepOverKeyAsync(cancellationToken).ConfigureAwait(false);
        }

        return _count > 0;
    }

    public ValueTask DisposeAsync() => DisposeAllAsync(_readers);

    private static async ValueTask DisposeAllAsync(IEnumerable<LayerReader> readers)
    {
        foreach (LayerReader reader in readers)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < _readers.Length; i++)
        {
            if (await _readers[i].MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                _heap[_count++] = i;
            }
        }

        for (int i = (_count / 2) - 1; i >= 0; i--)
        {
            SiftDown(i);
        }

        _started = true;
    }

    /// <summary>Moves every layer that stands at the first key beyond it.</summary>
    private async ValueTask StepOverKeyAsync(CancellationToken cancellationToken)
    {
        // The older layers go first: the newest one's spans are what they are compared with.
        while (OtherAtSameKey() is int other and > 0)
        {
            await AdvanceAsync(other, cancellationToken).ConfigureAwait(false);
        }

        await AdvanceAsync(0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A place in the heap, other than the first, whose layer stands at the first key; 0 if there is none.</summary>
    private int OtherAtSameKey()
    {
        for (int child = 1; child <= 2 && child < _count; child++)
        {
            if (CompareKeys(_heap[0], _heap[child]) == 0)
            {
                return child;
            }
        }

        return 0;
    }

    private async ValueTask AdvanceAsync(int place, CancellationToken cancellationToken)
    {
        if (!await _readers[_heap[place]].MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            _heap[place] = _heap[--_count];
        }

        // Down suffices, since a layer only moves to greater keys; but the last one, put in its place, may belong further up.
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
        State.StateKey.Compare(_readers[layer].Scope, _readers[layer].Key, _readers[other].Scope, _readers[other].Key);
}
