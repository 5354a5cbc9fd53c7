using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Adds up several backups in one pass over all their layers in the order of keys, so that each layer is read and checked once, however many
/// backups share it.
/// </summary>
/// <remarks>
/// Which layer is newer, only a backup can say; so of the layers that stand at one key each backup picks its own newest. A run of records
/// whose keys no other layer has belongs to every backup that has the layer: it is added to the layer's sum, and the layer's sum to the backups'
/// at the end. So a key costs time in proportion to the backups only where several layers have it. Memory holds one block of each layer, and
/// a sum for each backup; it does not grow with the state.
/// </remarks>
internal sealed class LayerUnion
{
    private readonly IReadOnlyList<BackupManifest> _backups;
    private readonly LayerWalk[] _walks;
    private readonly StateSum[] _alone;
    private readonly StateSum[] _sums;
    private readonly int[][] _ages;
    private readonly PriorityQueue<int, LayerWalk> _queue = new(Comparer<LayerWalk>.Create(
        static (one, other) => StateKey.Compare(one.Scope, one.Key, other.Scope, other.Key)));

    private LayerUnion(LayerBatch batch, LayerWalk[] walks)
    {
        _backups = batch.Backups;
        _walks = walks;
        _alone = new StateSum[walks.Length];
        _sums = new StateSum[batch.Backups.Count];
        _ages = [.. batch.Backups.Select(backup => AgesIn(backup, batch.Layers))];
    }

    /// <summary>Reads all layers of a batch to their ends.</summary>
    /// <param name="storage">Where they lie.</param>
    /// <param name="batch">The backups and their layers.</param>
    /// <param name="meter">Counts records and bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="StateStorageException">Nothing can be read there.</exception>
    /// <exception cref="StateUnsupportedException">A layer needs a newer version.</exception>
    internal static async Task<LayerUnionResult> RunAsync(
        IRepositoryStorage storage, LayerBatch batch, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        List<LayerWalk> walks = [];
        try
        {
            // One layer is mostly by far the largest; reading far ahead in all of them would only take memory.
            ManifestLayer? largest = batch.Layers.MaxBy(static layer => layer.RawBytes);
            foreach (ManifestLayer layer in batch.Layers)
            {
                int depth = layer == largest ? LayerReader.DefaultDepth : 1;
                walks.Add(await LayerWalk.OpenAsync(storage, layer, depth, meter, cancellationToken).ConfigureAwait(false));
            }

            LayerUnion union = new(batch, [.. walks]);
            await union.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            return union.Result();
        }
        finally
        {
            foreach (LayerWalk walk in walks)
            {
                await walk.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static int[] AgesIn(BackupManifest backup, IReadOnlyList<ManifestLayer> layers)
    {
        int[] ages = new int[layers.Count];
        for (int i = 0; i < ages.Length; i++)
        {
            ages[i] = -1;
            for (int age = 0; age < backup.Layers.Count; age++)
            {
                ages[i] = backup.Layers[age] == layers[i] ? age : ages[i];
            }
        }

        return ages;
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < _walks.Length; i++)
        {
            Enqueue(i);
        }

        List<int> together = [];
        while (_queue.TryDequeue(out int first, out LayerWalk? walk))
        {
            if (!await walk.TryLoadAsync(cancellationToken).ConfigureAwait(false))
            {
                Enqueue(first);
                continue;
            }

            together.Clear();
            together.Add(first);
            while (_queue.TryPeek(out int other, out LayerWalk? next) && IsAtSameKey(walk, next))
            {
                _queue.Dequeue();
                if (await next.TryLoadAsync(cancellationToken).ConfigureAwait(false))
                {
                    together.Add(other);
                }
                else
                {
                    Enqueue(other);
                }
            }

            if (together.Count == 1)
            {
                AddRun(first);
            }
            else
            {
                AddKey(together);
            }

            together.ForEach(Enqueue);
        }
    }

    private static bool IsAtSameKey(LayerWalk one, LayerWalk other) =>
        one.Key.SequenceEqual(other.Key) && one.Scope.SequenceEqual(other.Scope);

    private void Enqueue(int layer)
    {
        if (!_walks[layer].IsAtEnd)
        {
            _queue.Enqueue(layer, _walks[layer]);
        }
    }

    /// <summary>Adds the records up to the next key of any other layer.</summary>
    private void AddRun(int layer)
    {
        LayerWalk walk = _walks[layer];
        int end = _queue.TryPeek(out _, out LayerWalk? next)
            ? walk.Block.EndOfRun(walk.Record, next.Scope, next.Key)
            : walk.Block.Records.Length;
        _alone[layer].Add(new LayerRun(walk.Block, walk.Record, end - walk.Record).Sum);
        walk.MoveTo(end);
    }

    /// <summary>Adds the records of one key that several layers have.</summary>
    private void AddKey(List<int> layers)
    {
        for (int backup = 0; backup < _sums.Length; backup++)
        {
            int[] ages = _ages[backup];
            int newest = -1;
            foreach (int layer in layers)
            {
                if (ages[layer] >= 0 && (newest < 0 || ages[layer] > ages[newest]))
                {
                    newest = layer;
                }
            }

            if (newest >= 0 && _walks[newest] is { } walk && !walk.Block.Records[walk.Record].IsTombstone)
            {
                _sums[backup].Add(walk.Block.Hashes[walk.Record]);
            }
        }

        foreach (int layer in layers)
        {
            _walks[layer].MoveTo(_walks[layer].Record + 1);
        }
    }

    private LayerUnionResult Result()
    {
        Dictionary<BackupId, StateSum> sums = [];
        for (int backup = 0; backup < _sums.Length; backup++)
        {
            StateSum sum = _sums[backup];
            for (int layer = 0; layer < _walks.Length; layer++)
            {
                if (_ages[backup][layer] >= 0)
                {
                    sum.Add(_alone[layer]);
                }
            }

            sums[_backups[backup].Id] = sum;
        }

        return new LayerUnionResult(sums, _walks.Where(static walk => walk.Damages.Count > 0).ToDictionary(static walk => walk.Layer, static walk => walk.Damages));
    }
}
