using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Reads newer layers, and of the base no more than its index and some of the blocks that hold what they changed, to find what merging would leave.
/// Memory holds one block of each layer.
/// </summary>
internal sealed class LayerWeighing : IAsyncDisposable
{
    private readonly IRepositoryStorage _storage;
    private readonly IReadOnlyList<ManifestLayer> _layers;
    private readonly int _first;
    private readonly LayerFile _base;

    private LayerWeighing(IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, int first, LayerFile @base)
    {
        _storage = storage;
        _layers = layers;
        _first = first;
        _base = @base;
    }

    /// <param name="storage">Where the layers lie.</param>
    /// <param name="layers">All layers, the base first.</param>
    /// <param name="first">The place of the first of the newer layers to read, at least 1; those before it count as if nothing in them or under them had changed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">The base's index is not what was written.</exception>
    internal static async Task<LayerWeighing> OpenAsync(
        IRepositoryStorage storage, IReadOnlyList<ManifestLayer> layers, int first, CancellationToken cancellationToken)
    {
        LayerFile? file = await LayerFile.OpenAsync(storage, layers[0], static damage => throw damage, cancellationToken).ConfigureAwait(false);
        return new LayerWeighing(storage, layers, first, file!);
    }

    /// <param name="sample">Which of the base's blocks are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    internal async Task<ChangeWeights> RunAsync(BlockSample sample, CancellationToken cancellationToken)
    {
        List<LayerReader> readers = [];
        try
        {
            foreach (ManifestLayer layer in _layers.Skip(_first))
            {
                readers.Add(await LayerReader.OpenAsync(
                    _storage, layer, depth: 1, addUp: false, keepStored: false, KeyRange.All, cancellationToken).ConfigureAwait(false));
            }

            return await AddUpAsync(readers, sample, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (LayerReader reader in readers)
            {
                await reader.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync() => _base.DisposeAsync();

    private async Task<ChangeWeights> AddUpAsync(List<LayerReader> readers, BlockSample sample, CancellationToken cancellationToken)
    {
        LayerWeight overridden = default;
        LayerWeight tombstones = default;
        using BaseWalk walk = new(_base, sample);
        LayerHeap heap = new(readers);
        while (!heap.IsEmpty)
        {
            LayerReader top = readers[heap.Top];
            await top.LoadAsync(cancellationToken).ConfigureAwait(false);
            while (heap.OlderAtSameKey is { } place)
            {
                LayerReader older = readers[place];
                await older.LoadAsync(cancellationToken).ConfigureAwait(false);
                overridden += WeightOf(older);
                heap.StepOlder();
            }

            tombstones += top.IsTombstone ? WeightOf(top) : default;
            await walk.MeetAsync(top, cancellationToken).ConfigureAwait(false);
            heap.MoveTop(top.Record + 1);
        }

        return new ChangeWeights
        {
            All = LayerWeight.Of(_layers),
            Overridden = overridden,
            Tombstones = tombstones,
            Dead = walk.Dead,
            MostDead = walk.MostDead,
            Touched = walk.Touched,
        };
    }

    private static LayerWeight WeightOf(LayerReader reader) => LayerWeight.Of(reader.BlockEntry, reader.Block.LengthOf(reader.Record));
}
