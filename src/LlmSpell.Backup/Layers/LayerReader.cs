namespace LlmSpell.Backup;

/// <summary>
/// Reads one layer's records in the order of their keys, and checks every byte on the way: index, block hashes, records, order, sums,
/// and the data file's SHA-256 at the end. Not thread-safe; the spans are valid until the next step.
/// </summary>
internal sealed class LayerReader : IAsyncDisposable
{
    private const int MaxDepth = 8;

    private readonly LayerFile _file;
    private readonly BlockReadAhead _blocks;
    private LoadedBlock? _block;
    private int _record;
    private bool _ended;

    private LayerReader(LayerFile file, int depth)
    {
        _file = file;
        _blocks = new BlockReadAhead(file, depth);
    }

    internal ReadOnlySpan<byte> Scope => Current.Name.Scope(_block!.Raw);

    internal ReadOnlySpan<byte> Key => Current.Name.Key(_block!.Raw);

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    internal long ModifiedAt => Current.ModifiedAt;

    internal bool IsTombstone => Current.IsTombstone;

    /// <summary>The value's bytes; none for a tombstone.</summary>
    internal ReadOnlySpan<byte> Value
    {
        get
        {
            RecordSlot slot = Current;
            return slot.IsTombstone ? [] : _block!.Raw.Slice(slot.ValueStart, slot.ValueLength);
        }
    }

    private RecordSlot Current => _block is { } block && !_ended
        ? block.Records[_record]
        : throw new InvalidOperationException("The reader stands before the first record or after the last.");

    /// <summary>As many blocks at once as there are cores to check them.</summary>
    internal static int DefaultDepth => Math.Clamp(Environment.ProcessorCount + 1, 2, MaxDepth);

    /// <inheritdoc cref="OpenAsync(IRepositoryStorage, ManifestLayer, int, CancellationToken)"/>
    internal static Task<LayerReader> OpenAsync(IRepositoryStorage storage, ManifestLayer layer, CancellationToken cancellationToken) =>
        OpenAsync(storage, layer, DefaultDepth, cancellationToken);

    /// <summary>Opens a layer and checks its sizes and its index against the manifest.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="depth">How many blocks may be loaded at once.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A file is missing, has the wrong size, or the index is not the one that was written.</exception>
    internal static async Task<LayerReader> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, int depth, CancellationToken cancellationToken)
    {
        LayerFile? file = await LayerFile.OpenAsync(storage, layer, static damage => throw damage, cancellationToken).ConfigureAwait(false);
        return new LayerReader(file!, depth);
    }

    /// <summary>Steps to the next record; false after the last, when the whole layer has turned out to be what was written.</summary>
    /// <exception cref="BackupDamagedException">It is not.</exception>
    internal ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_block is { } block && _record + 1 < block.Records.Length)
        {
            _record++;
            return ValueTask.FromResult(true);
        }

        return _ended ? ValueTask.FromResult(false) : NextBlockAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _block?.Dispose();
        _block = null;
        await _blocks.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> NextBlockAsync(CancellationToken cancellationToken)
    {
        LoadedBlock? next = await _blocks.NextAsync(cancellationToken).ConfigureAwait(false);
        _block?.Dispose();
        _block = next;
        _record = 0;
        if (next is null)
        {
            _ended = true;
            BackupDamagedException? damage = LayerDamage.OfSha256(_file.DataPath, _blocks.FinishHash(), _file.Layer.DataSha256);
            return damage is null ? false : throw damage;
        }

        if (next.Damage is { } found)
        {
            _ended = true;
            throw found;
        }

        return true;
    }
}
