using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// One layer that is merged into another: its records in the order of their keys, or whole blocks as they are stored. Adds up every
/// record when its block is loaded. Not thread-safe; spans are valid until the next step.
/// </summary>
internal sealed class MergeSource : IAsyncDisposable
{
    private readonly LayerReader _reader;
    private LoadedBlock? _addedUp;
    private RecordSum _read;

    private MergeSource(LayerReader reader, int age, bool keepsStored)
    {
        _reader = reader;
        Age = age;
        KeepsStored = keepsStored;
    }

    /// <summary>Its place among the merged layers: the highest is the newest, and wins.</summary>
    internal int Age { get; }

    /// <summary>Whether blocks can be taken as they are stored.</summary>
    internal bool KeepsStored { get; }

    /// <summary>What all the records of the blocks loaded so far add up to.</summary>
    internal RecordSum Read => _read;

    /// <summary>Whether it has left the last record behind; the whole layer is then what was written.</summary>
    internal bool IsAtEnd => _reader.IsAtEnd;

    /// <summary>Whether it stands at the first record of a block, or before a block that is not loaded.</summary>
    internal bool IsAtBlockStart => _reader.Record == 0;

    /// <summary>The scope at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Scope => _reader.Scope;

    /// <summary>The key at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Key => _reader.Key;

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    internal long ModifiedAt => _reader.ModifiedAt;

    internal bool IsTombstone => _reader.IsTombstone;

    /// <summary>The value's bytes; none for a tombstone.</summary>
    internal ReadOnlySpan<byte> Value => _reader.Value;

    /// <summary>The present block, loaded.</summary>
    internal LoadedBlock Block => _reader.Block;

    /// <summary>What the index says of the present block.</summary>
    internal BlockEntry BlockEntry => _reader.BlockEntry;

    internal ReadOnlySpan<byte> LastScopeOfBlock => _reader.LastScope;

    internal ReadOnlySpan<byte> LastKeyOfBlock => _reader.LastKey;

    /// <summary>Opens a layer and checks its sizes and its index against the manifest.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="age">Its place among the merged layers.</param>
    /// <param name="depth">How many blocks may be loaded at once.</param>
    /// <param name="keepStored">Whether blocks keep their stored bytes, to be copied.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A file is missing, has the wrong size, or the index is not the one that was written.</exception>
    internal static async Task<MergeSource> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, int age, int depth, bool keepStored, CancellationToken cancellationToken)
    {
        LayerReader reader = await LayerReader.OpenAsync(storage, layer, depth, addUp: true, keepStored, KeyRange.All, cancellationToken).ConfigureAwait(false);
        return new MergeSource(reader, age, keepStored);
    }

    /// <summary>Loads the block in which it stands, if that is not done yet.</summary>
    /// <exception cref="BackupDamagedException">The block is not what was written.</exception>
    internal async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await _reader.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (_addedUp != _reader.Block)
        {
            _addedUp = _reader.Block;
            AddUp(_addedUp);
        }
    }

    /// <summary>Steps to the next record, whose block may not be loaded yet.</summary>
    /// <exception cref="BackupDamagedException">That was the last one, and the file as a whole is not what was written.</exception>
    internal void MoveNext() => _reader.MoveTo(_reader.Record + 1);

    /// <summary>Steps to the first record of the next block; otherwise as <see cref="MoveNext"/>.</summary>
    internal void MoveToNextBlock() => _reader.MoveTo(_reader.Block.Records.Length);

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private void AddUp(LoadedBlock block)
    {
        ReadOnlySpan<RecordSlot> records = block.Records;
        ReadOnlySpan<EntryHash> hashes = block.Hashes;
        for (int i = 0; i < records.Length; i++)
        {
            EntryHash hash = records[i].IsTombstone ? EntryHash.Of(block.Scope(i), block.Key(i), []) : hashes[i];
            _read.Add(hash, records[i].ModifiedAt, records[i].IsTombstone);
        }
    }
}
