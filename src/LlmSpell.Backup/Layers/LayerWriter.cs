using System.Security.Cryptography;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Writes one layer: takes records in ascending order of their keys, compresses them in blocks on all cores, and puts the data file,
/// then the index. Add from one thread. Disposing it before it is complete leaves nothing behind.
/// </summary>
internal sealed class LayerWriter : IAsyncDisposable
{
    /// <summary>What to do when the store gives what it cannot have been given.</summary>
    internal const string NotBackedUp =
        "The state's files are damaged, or another tool changed them. Nothing was backed up; the backups that are there are as they were.";

    private readonly IRepositoryStorage _storage;
    private readonly LayerId _id;
    private readonly LayerCodec _codec;
    private readonly IRepositoryUpload _upload;
    private readonly BlockIndexBuilder _index;
    private readonly BlockPipeline _pipeline;
    private BlockBuffer? _block;
    private string? _dataSha256;
    private bool _dataIsPut;
    private bool _isComplete;
    private bool _isDisposed;

    private LayerWriter(IRepositoryStorage storage, LayerId id, LayerCodec codec, int level, IRepositoryUpload upload)
    {
        _storage = storage;
        _id = id;
        _codec = codec;
        _upload = upload;
        _index = new BlockIndexBuilder(id, codec);
        _pipeline = new BlockPipeline(upload, _index, codec, level);
    }

    /// <summary>How many records were added.</summary>
    internal long Records { get; private set; }

    /// <summary>The length before compression of the records that wait for their block to be full.</summary>
    internal int PendingBytes => _block?.RawLength ?? 0;

    /// <summary>The length before compression of the last block that was closed; before the first one more than any block has.</summary>
    internal int ClosedBytes { get; private set; } = int.MaxValue;

    /// <summary>Counts what is written; set before the first record is added. Default null.</summary>
    internal ProgressMeter? Meter
    {
        get => _pipeline.Meter;
        set => _pipeline.Meter = value;
    }

    /// <summary>What the entries add up to, tombstones left out; complete after <see cref="FinishBlocksAsync"/>.</summary>
    internal StateSum Sum => _pipeline.Sum;

    /// <param name="storage">Where the layer goes.</param>
    /// <param name="id">Its id, which no other layer has.</param>
    /// <param name="codec">How its blocks are compressed.</param>
    /// <param name="level">For zstd 1–19; the others have no levels.</param>
    /// <param name="cancellationToken">Ends the opening of the upload.</param>
    internal static async Task<LayerWriter> BeginAsync(
        IRepositoryStorage storage, LayerId id, LayerCodec codec, int level, CancellationToken cancellationToken)
    {
        BlockCodec.CheckLevel(codec, level);
        string path = RepositoryPaths.LayerData(id, codec);
        return new LayerWriter(storage, id, codec, level, await storage.BeginPutAsync(path, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Adds an entry; waits while the blocks before it are still on their way.</summary>
    /// <exception cref="StateCorruptException">
    /// What came before was no entry, or its keys did not ascend. Blocks are checked by the threads that compress them, so it comes with
    /// a later record or when the blocks are finished.
    /// </exception>
    /// <exception cref="StateStorageException">Writing a block failed.</exception>
    internal void AddEntry(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value) =>
        RoomFor(scope, key, modifiedAt, value.Length).AddEntry(scope, key, modifiedAt, value);

    /// <summary>Adds a tombstone; otherwise as <see cref="AddEntry"/>.</summary>
    internal void AddTombstone(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt) =>
        RoomFor(scope, key, modifiedAt, 0).AddTombstone(scope, key, modifiedAt);

    /// <summary>
    /// Adds a block of another layer of the same codec as it is stored, and closes the block that records were added to before it;
    /// otherwise as <see cref="AddEntry"/>.
    /// </summary>
    /// <param name="block">A block that was checked and added up, and still has its stored bytes, which are copied.</param>
    /// <param name="entry">What the other layer's index says of it.</param>
    internal void AddBlock(LoadedBlock block, in BlockEntry entry)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Submit();
        _block = _pipeline.Rent(large: entry.RawLength > LayerLimits.MaxBlockBytes);
        _block.CopyFrom(block, entry);
        Submit();
        ClosedBytes = entry.RawLength;
        Records += entry.Records;
    }

    /// <summary>Waits until all blocks are checked, compressed and written; they are not durable yet.</summary>
    internal async Task FinishBlocksAsync(CancellationToken cancellationToken)
    {
        Submit();
        _dataSha256 ??= await _pipeline.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the layer durable: the data, then the index. It has at least one record.</summary>
    /// <param name="createdBy">The backup that writes it.</param>
    /// <param name="cancellationToken">Ends the wait; the layer is then incomplete.</param>
    internal async Task<ManifestLayer> CompleteAsync(BackupId createdBy, CancellationToken cancellationToken)
    {
        if (Records == 0)
        {
            throw new InvalidOperationException("A layer has at least one record; a state without entries has no layers.");
        }

        await FinishBlocksAsync(cancellationToken).ConfigureAwait(false);
        await _upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
        _dataIsPut = true;

        byte[] index = _index.ToBytes();
        await RepositoryFiles.PutAsync(_storage, RepositoryPaths.LayerIndex(_id), index, cancellationToken).ConfigureAwait(false);
        _isComplete = true;
        return new ManifestLayer
        {
            Id = _id,
            CreatedBy = createdBy,
            Codec = _codec,
            DataBytes = _index.DataBytes,
            DataSha256 = _dataSha256!,
            IndexBytes = index.Length,
            IndexSha256 = Convert.ToHexStringLower(SHA256.HashData(index)),
            RawBytes = _index.RawBytes,
            Records = _index.Records,
            Tombstones = _index.Tombstones,
            Blocks = _index.Blocks,
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _pipeline.DisposeAsync().ConfigureAwait(false);
        _block?.Dispose();
        _index.Dispose();
        await _upload.DisposeAsync().ConfigureAwait(false);
        if (_dataIsPut && !_isComplete)
        {
            try
            {
                await _storage.DeleteAsync(RepositoryPaths.LayerFiles(_id, _codec), CancellationToken.None).ConfigureAwait(false);
            }
            catch (StateException)
            {
                // What led here is worth more than this; no manifest names the file, so the next sweep removes it.
            }
        }
    }

    /// <summary>The block that takes a record of that size next.</summary>
    private BlockBuffer RoomFor(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, int valueLength)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckLengths(scope, key, valueLength);
        long length = RecordFormat.Length(scope.Length, key.Length, modifiedAt, valueLength);
        if (_block is { Records: > 0 } block && block.RawLength + length > LayerLimits.MaxBlockBytes)
        {
            Submit();
        }

        Records++;
        return _block ??= _pipeline.Rent(large: length > LayerLimits.MaxBlockBytes);
    }

    private void Submit()
    {
        if (_block is { } block)
        {
            _block = null;
            ClosedBytes = block.RawLength;
            _pipeline.Submit(block);
        }
    }

    private static void CheckLengths(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, int valueLength)
    {
        if (scope.Length > StateKey.MaxScopeBytes || key.Length > StateKey.MaxKeyBytes || valueLength > StateValue.MaxBytes)
        {
            throw new StateCorruptException(
                $"the state holds an entry whose scope, key and value have {scope.Length}, {key.Length} and {valueLength} bytes;"
                + $" the most is {StateKey.MaxScopeBytes}, {StateKey.MaxKeyBytes} and {StateValue.MaxBytes}",
                NotBackedUp);
        }
    }
}
