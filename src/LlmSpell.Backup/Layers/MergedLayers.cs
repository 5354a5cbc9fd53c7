using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// The state that a manifest's layers together are: their records merged in the order of keys, where a later layer wins over an earlier
/// one. Checks every layer as <see cref="LayerReader"/> does. Not thread-safe.
/// </summary>
/// <remarks>
/// It gives runs of records instead of single ones: as far as the next key of any other layer, a block's records need not be looked at.
/// A tombstone of a key that no earlier layer has deletes nothing and is right: a key that was written and deleted between two backups
/// leaves one.
/// </remarks>
internal sealed class MergedLayers : IAsyncDisposable
{
    // The layers as a heap by their present key; of those with the same key the newest stands first.
    private readonly LayerReader[] _readers;
    private readonly int[] _heap;
    private int _count;
    private int _runEnd;
    private bool _started;

    private MergedLayers(LayerReader[] readers)
    {
        _readers = readers;
        _heap = new int[readers.Length];
    }

    /// <summary>The present run, in which tombstones stand where a key has no entry.</summary>
    internal LayerRun Run => _runEnd > 0
        ? new LayerRun(Top.Block, Top.Record, _runEnd - Top.Record)
        : throw new InvalidOperationException("The merged layers stand before the first run or after the last.");

    /// <summary>Counts the blocks that are loaded; default null.</summary>
    internal ProgressMeter? Meter
    {
        set
        {
            foreach (LayerReader reader in _readers)
            {
                reader.Meter = value;
            }
        }
    }

    private LayerReader Top => _readers[_heap[0]];

    /// <param name="storage">Where the layers lie.</param>
    /// <param name="layers">Oldest first; none is the empty state.</param>
    /// <param name="addUp">Whether runs can say what they add up to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A layer's files or index are not what was written.</exception>
    internal static Task<MergedLayers> OpenAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, bool addUp, CancellationToken cancellationToken) =>
        OpenAsync(storage, layers, addUp, KeyRange.All, cancellationToken);

    /// <inheritdoc cref="OpenAsync(IRepositoryStorage, IReadOnlyList{ManifestLayer}, bool, CancellationToken)"/>
    /// <param name="storage">Where the layers lie.</param>
    /// <param name="layers">Oldest first; none is the empty state.</param>
    /// <param name="addUp">Whether runs can say what they add up to.</param>
    /// <param name="range">What must be right; runs can begin before it and end after it, with records there that are not the newest.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<MergedLayers> OpenAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, bool addUp, KeyRange range, CancellationToken cancellationToken)
    {
        List<LayerReader> readers = [];
        try
        {
            foreach (ManifestLayer layer in layers)
            {
                // The first layer is mostly by far the largest; reading far ahead in all of them would only take memory.
                int depth = readers.Count == 0 ? LayerReader.DefaultDepth : 1;
                readers.Add(await LayerReader.OpenAsync(storage, layer, depth, addUp, keepStored: false, range, cancellationToken).ConfigureAwait(false));
            }

            return new MergedLayers([.. readers]);
        }
        catch
        {
            await DisposeAllAsync(readers).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Steps to the next run; false after the last, when all layers have turned out to be what was written.</summary>
    /// <exception cref="BackupDamagedException">One is not.</exception>
    internal async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_started)
        {
            Start();
        }
        else if (_count > 0)
        {
            Top.MoveTo(_runEnd);
            Settle(0);
        }

        _runEnd = 0;
        if (_count == 0)
        {
            return false;
        }

        await Top.LoadAsync(cancellationToken).ConfigureAwait(false);
        while (OtherAtSameKey() is int other and > 0)
        {
            // An older record of the same key; its block is loaded all the same, since every byte is checked.
            LayerReader older = _readers[_heap[other]];
            await older.LoadAsync(cancellationToken).ConfigureAwait(false);
            older.MoveTo(older.Record + 1);
            Settle(other);
        }

        _runEnd = FindRunEnd();
        return true;
    }

    public ValueTask DisposeAsync() => DisposeAllAsync(_readers);

    private static async ValueTask DisposeAllAsync(IEnumerable<LayerReader> readers)
    {
        foreach (LayerReader reader in readers)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Start()
    {
        for (int i = 0; i < _readers.Length; i++)
        {
            if (!_readers[i].IsAtEnd)
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

    /// <summary>Up to where the first layer's block lies before every key of the others.</summary>
    private int FindRunEnd()
    {
        LoadedBlock block = Top.Block;
        int records = block.Records.Length;
        if (_count == 1)
        {
            return records;
        }

        LayerReader next = _readers[_heap[_count > 2 && ComesBefore(_heap[2], _heap[1]) ? 2 : 1]];
        return block.EndOfRun(Top.Record, next.Scope, next.Key);
    }

    /// <summary>Restores the order of the heap after the layer at a place has moved on.</summary>
    private void Settle(int place)
    {
        if (_readers[_heap[place]].IsAtEnd)
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
        StateKey.Compare(_readers[layer].Scope, _readers[layer].Key, _readers[other].Scope, _readers[other].Key);
}
