using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Reads one layer's records in the order of their keys, and checks every byte on the way: index, block hashes, records, order, sums,
/// and the data file's SHA-256 at the end, unless only a range is read: the manifest's hash of the index and the index's of each block cover
/// that. Not thread-safe; spans are valid until the next step.
/// </summary>
/// <remarks>
/// It knows the key at which it stands from the index, before the block is loaded: where several layers are merged, a layer whose next
/// record is a large one holds no memory for it until its turn comes.
/// </remarks>
internal sealed class LayerReader : IAsyncDisposable
{
    private const int MaxDepth = 8;
    private const int ReadyBlocks = 2;

    private readonly LayerFile _file;
    private readonly BlockReadAhead _blocks;
    private readonly bool _isWhole;
    private readonly int _end;
    private LoadedBlock? _block;
    private int _number;
    private int _record;

    private LayerReader(LayerFile file, int depth, bool addUp, bool keepStored, KeyRange range)
    {
        _file = file;
        (_number, _end) = file.Index.BlocksIn(range);
        _isWhole = _number == 0 && _end == file.Index.Count;
        _blocks = new BlockReadAhead(file, depth, addUp, keepStored, _number, _end);
    }

    /// <summary>Counts the blocks that are loaded; default null.</summary>
    internal ProgressMeter? Meter { get; set; }

    /// <summary>Whether it has left the last record behind; all that was read is then what was written.</summary>
    internal bool IsAtEnd => _number >= _end;

    /// <summary>The scope at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Scope => _block is { } block ? block.Scope(_record) : _file.Index.FirstScope(NumberNotAtEnd);

    /// <summary>The key at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Key => _block is { } block ? block.Key(_record) : _file.Index.FirstKey(NumberNotAtEnd);

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    internal long ModifiedAt => Block.Records[_record].ModifiedAt;

    internal bool IsTombstone => Block.Records[_record].IsTombstone;

    /// <summary>The value's bytes; none for a tombstone.</summary>
    internal ReadOnlySpan<byte> Value => Block.Value(_record);

    /// <summary>The block in which it stands, loaded.</summary>
    internal LoadedBlock Block => _block ?? throw new InvalidOperationException("The reader stands in no block that is loaded.");

    /// <summary>What the index says of the block in which it stands.</summary>
    internal BlockEntry BlockEntry => _file.Index[NumberNotAtEnd];

    /// <summary>The scope of the last record of the block in which it stands.</summary>
    internal ReadOnlySpan<byte> LastScope => _file.Index.LastScope(NumberNotAtEnd);

    /// <summary>The key of the last record of the block in which it stands.</summary>
    internal ReadOnlySpan<byte> LastKey => _file.Index.LastKey(NumberNotAtEnd);

    /// <summary>Which record of the block it stands at.</summary>
    internal int Record => _record;

    /// <summary>
    /// As many blocks at once as there are cores to check them, the one that is waited for, and some that may be ready before it: blocks are given out
    /// in their order.
    /// </summary>
    internal static int DefaultDepth => Math.Clamp(Environment.ProcessorCount + 1 + ReadyBlocks, 2, MaxDepth);

    private int NumberNotAtEnd => IsAtEnd ? throw new InvalidOperationException("The reader stands after the last record.") : _number;

    /// <summary>Opens a layer and checks its sizes and its index against the manifest.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="depth">How many blocks may be loaded at once.</param>
    /// <param name="addUp">Whether blocks come with the hashes of their entries; see <see cref="LoadedBlock.Hashes"/>.</param>
    /// <param name="keepStored">Whether blocks keep their stored bytes, to be copied.</param>
    /// <param name="range">Blocks that hold nothing of it are left out; those at its ends hold more than it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A file is missing, has the wrong size, or the index is not the one that was written.</exception>
    internal static async Task<LayerReader> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, int depth, bool addUp, bool keepStored, KeyRange range, CancellationToken cancellationToken)
    {
        LayerFile? file = await LayerFile.OpenAsync(storage, layer, static damage => throw damage, cancellationToken).ConfigureAwait(false);
        return new LayerReader(file!, depth, addUp, keepStored, range);
    }

    /// <summary>Loads the block in which it stands, if that is not done yet; true.</summary>
    /// <exception cref="BackupDamagedException">The block is not what was written.</exception>
    internal async ValueTask<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (_block is null)
        {
            LoadedBlock block = await _blocks.NextAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The reader stands after the last record.");
            if (block.Damage is { } damage)
            {
                block.Dispose();
                throw damage;
            }

            _block = block;
            Meter?.Add(block.Records.Length, _file.Index[_number].RawLength);
        }

        return true;
    }

    /// <summary>
    /// Goes to a later record of the loaded block, or with its number of records to the first of the next block, which is not loaded yet.
    /// </summary>
    /// <exception cref="BackupDamagedException">That was the last block, and the file as a whole is not what was written.</exception>
    internal void MoveTo(int record)
    {
        LoadedBlock block = Block;
        if (record < block.Records.Length)
        {
            _record = record;
            return;
        }

        // Before the next one is loaded, so that two large ones are never held at once.
        block.Dispose();
        _block = null;
        _record = 0;
        _number++;
        if (_isWhole && IsAtEnd && LayerDamage.OfSha256(_file.DataPath, _blocks.FinishHash(), _file.Layer.DataSha256) is { } damage)
        {
            throw damage;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _block?.Dispose();
        _block = null;
        await _blocks.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }
}
