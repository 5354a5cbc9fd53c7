namespace LlmSpell.Backup;

/// <summary>
/// Goes over one layer in the order of its keys and finds everything that is damaged, not only the first: a block that is damaged is
/// left out, and the walk goes on behind it. Not thread-safe; spans are valid until the next step.
/// </summary>
internal sealed class LayerWalk : IAsyncDisposable
{
    private readonly LayerFile? _file;
    private readonly BlockReadAhead? _blocks;
    private readonly List<BackupDamagedException> _damages;
    private readonly ProgressMeter? _meter;
    private LoadedBlock? _block;
    private int _number;

    private LayerWalk(ManifestLayer layer, LayerFile? file, int depth, List<BackupDamagedException> damages, ProgressMeter? meter)
    {
        Layer = layer;
        _file = file;
        _blocks = file is null ? null : new BlockReadAhead(file, depth, addUp: true);
        _damages = damages;
        _meter = meter;
    }

    internal ManifestLayer Layer { get; }

    /// <summary>What was found so far; all of it once the walk is at its end.</summary>
    internal IReadOnlyList<BackupDamagedException> Damages => _damages;

    /// <summary>Whether it has left the last record behind.</summary>
    internal bool IsAtEnd => _file is null || _number == _file.Index.Count;

    /// <summary>The scope at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Scope => _block is { HasBytes: true } block ? block.Scope(Record) : Index.FirstScope(_number);

    /// <summary>The key at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Key => _block is { HasBytes: true } block ? block.Key(Record) : Index.FirstKey(_number);

    /// <summary>Which record of the block it stands at.</summary>
    internal int Record { get; private set; }

    /// <summary>The block in which it stands, loaded. A block of a single record, which may be a very large one, has no bytes any more, only its hash.</summary>
    internal LoadedBlock Block => _block ?? throw new InvalidOperationException("The walk stands in no block that is loaded.");

    private BlockIndex Index => _file?.Index ?? throw new InvalidOperationException("The walk stands after the last record.");

    /// <summary>Opens a layer; where its index cannot be read, its data is checked as a whole, and the walk is at its end at once.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="depth">How many blocks may be loaded at once.</param>
    /// <param name="meter">Counts the records and bytes that were read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="State.StateStorageException">Nothing can be read there.</exception>
    /// <exception cref="State.StateUnsupportedException">The layer needs a newer version.</exception>
    internal static async Task<LayerWalk> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, int depth, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        List<BackupDamagedException> damages = [];
        LayerFile? file = await LayerFile.OpenAsync(storage, layer, damages.Add, cancellationToken).ConfigureAwait(false);
        string data = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        if (file is null && damages.TrueForAll(damage => damage.File != data))
        {
            await LayerVerifier.VerifyDataAsync(storage, layer, damages.Add, meter: null, cancellationToken).ConfigureAwait(false);
            meter?.Add(layer.Records, layer.RawBytes);
        }

        return new LayerWalk(layer, file, depth, damages, meter);
    }

    /// <summary>Loads the block in which it stands, if that is not done yet.</summary>
    /// <returns>False if it is damaged: the walk then stands at the next block, or at its end.</returns>
    internal ValueTask<bool> TryLoadAsync(CancellationToken cancellationToken) =>
        _block is null ? LoadNextAsync(cancellationToken) : ValueTask.FromResult(true);

    /// <summary>Goes to a later record of the loaded block, or with its number of records to the first of the next block, which is not loaded yet.</summary>
    internal void MoveTo(int record)
    {
        if (record < Block.Records.Length)
        {
            Record = record;
            return;
        }

        // Before the next one is loaded, so that two large ones are never held at once.
        Block.Dispose();
        _block = null;
        LeaveBlock();
    }

    public async ValueTask DisposeAsync()
    {
        _block?.Dispose();
        _block = null;
        if (_blocks is not null && _file is not null)
        {
            await _blocks.DisposeAsync().ConfigureAwait(false);
            await _file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> LoadNextAsync(CancellationToken cancellationToken)
    {
        LoadedBlock block = await _blocks!.NextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The walk stands after the last record.");
        BlockEntry entry = Index[_number];
        _meter?.Add(entry.Records, entry.RawLength);
        if (block.Damage is { } damage)
        {
            block.Dispose();
            _damages.Add(damage);
            LeaveBlock();
            return false;
        }

        if (block.Records.Length == 1)
        {
            block.ReleaseBytes();
        }

        _block = block;
        return true;
    }

    private void LeaveBlock()
    {
        Record = 0;
        _number++;
        if (IsAtEnd && _damages.Count == 0 && LayerDamage.OfSha256(_file!.DataPath, _blocks!.FinishHash(), Layer.DataSha256) is { } damage)
        {
            _damages.Add(damage);
        }
    }
}
