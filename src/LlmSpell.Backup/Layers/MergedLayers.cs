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
    private readonly LayerReader[] _readers;
    private readonly LayerHeap _heap;
    private int _runEnd;

    private MergedLayers(LayerReader[] readers)
    {
        _readers = readers;
        _heap = new LayerHeap(readers);
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

    private LayerReader Top => _readers[_heap.Top];

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
        if (_runEnd > 0)
        {
            _heap.MoveTop(_runEnd);
            _runEnd = 0;
        }

        if (_heap.IsEmpty)
        {
            return false;
        }

        await Top.LoadAsync(cancellationToken).ConfigureAwait(false);
        while (_heap.OlderAtSameKey is { } older)
        {
            // Its block is loaded all the same, since every byte is checked.
            await _readers[older].LoadAsync(cancellationToken).ConfigureAwait(false);
            _heap.StepOlder();
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

    /// <summary>Up to where the first layer's block lies before every key of the others.</summary>
    private int FindRunEnd() => _heap.Second is { } second
        ? Top.Block.EndOfRun(Top.Record, _readers[second].Scope, _readers[second].Key)
        : Top.Block.Records.Length;
}
