using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// One layer that is merged into another: its records in the order of their keys, or whole blocks as they are stored. Adds up every
/// record when its block is loaded. Not thread-safe; spans are valid until the next step.
/// </summary>
internal sealed class MergeSource : IAsyncDisposable
{
    private LoadedBlock? _addedUp;
    private RecordSum _read;

    private MergeSource(LayerReader reader, bool keepsStored)
    {
        Reader = reader;
        KeepsStored = keepsStored;
    }

    /// <summary>Reads the layer.</summary>
    internal LayerReader Reader { get; }

    /// <summary>Whether blocks can be taken as they are stored.</summary>
    internal bool KeepsStored { get; }

    /// <summary>What all the records of the blocks loaded so far add up to.</summary>
    internal RecordSum Read => _read;

    /// <summary>Whether it stands at the first record of a block, or before a block that is not loaded.</summary>
    internal bool IsAtBlockStart => Reader.Record == 0;

    /// <summary>The scope at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Scope => Reader.Scope;

    /// <summary>The key at which it stands; the block need not be loaded.</summary>
    internal ReadOnlySpan<byte> Key => Reader.Key;

    /// <summary>Microseconds since the Unix epoch, UTC.</summary>
    internal long ModifiedAt => Reader.ModifiedAt;

    internal bool IsTombstone => Reader.IsTombstone;

    /// <summary>The value's bytes; none for a tombstone.</summary>
    internal ReadOnlySpan<byte> Value => Reader.Value;

    /// <summary>The present block, loaded.</summary>
    internal LoadedBlock Block => Reader.Block;

    /// <summary>What the index says of the present block.</summary>
    internal BlockEntry BlockEntry => Reader.BlockEntry;

    /// <summary>Which record of the block it stands at.</summary>
    internal int Record => Reader.Record;

    /// <summary>Opens a layer and checks its sizes and its index against the manifest.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="depth">How many blocks may be loaded at once.</param>
    /// <param name="keepStored">Whether blocks keep their stored bytes, to be copied.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">A file is missing, has the wrong size, or the index is not the one that was written.</exception>
    internal static async Task<MergeSource> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, int depth, bool keepStored, CancellationToken cancellationToken)
    {
        LayerReader reader = await LayerReader.OpenAsync(storage, layer, depth, addUp: true, keepStored, KeyRange.All, cancellationToken).ConfigureAwait(false);
        return new MergeSource(reader, keepStored);
    }

    /// <summary>Loads the block in which it stands, if that is not done yet.</summary>
    /// <exception cref="BackupDamagedException">The block is not what was written.</exception>
    internal async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await Reader.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (_addedUp != Reader.Block)
        {
            _addedUp = Reader.Block;
            AddUp(_addedUp);
        }
    }

    /// <summary>Whether all records of the present block come before the one at which another layer stands.</summary>
    internal bool BlockEndsBefore(MergeSource other) =>
        StateKey.Compare(Reader.LastScope, Reader.LastKey, other.Scope, other.Key) < 0;

    public ValueTask DisposeAsync() => Reader.DisposeAsync();

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
