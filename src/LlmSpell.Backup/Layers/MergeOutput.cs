using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The layer that others are merged into: takes their records and blocks, and adds up what it takes. Not thread-safe.</summary>
/// <param name="writer">Writes the layer; it stays the caller's.</param>
/// <param name="keepTombstones">Whether older layers may hold the keys that tombstones delete.</param>
/// <param name="minCopiedBytes">Below this length before compression a block is no use as a block of its own.</param>
internal sealed class MergeOutput(LayerWriter writer, bool keepTombstones, int minCopiedBytes)
{
    private RecordSum _written;
    private RecordSum _leftOut;
    private int _copiedBlocks;

    internal MergeSums SumsWith(RecordSum read) => new(read, _leftOut, _written, _copiedBlocks);

    /// <summary>Writes a source's present record, unless it is a tombstone that deletes nothing any more.</summary>
    internal void Write(MergeSource source)
    {
        EntryHash hash = EntryHash.Of(source.Scope, source.Key, source.Value);
        if (!source.IsTombstone)
        {
            writer.AddEntry(source.Scope, source.Key, source.ModifiedAt, source.Value);
        }
        else if (keepTombstones)
        {
            writer.AddTombstone(source.Scope, source.Key, source.ModifiedAt);
        }
        else
        {
            _leftOut.Add(hash, source.ModifiedAt, isTombstone: true);
            return;
        }

        _written.Add(hash, source.ModifiedAt, source.IsTombstone);
    }

    /// <summary>Leaves a source's present record out, since a newer layer's has the same key.</summary>
    internal void LeaveOut(MergeSource source) =>
        _leftOut.Add(EntryHash.Of(source.Scope, source.Key, source.Value), source.ModifiedAt, source.IsTombstone);

    /// <summary>Whether the block that a source has just come to can be copied, if no other layer has a key in its range.</summary>
    /// <remarks>
    /// Copying closes the block before it, which may be short: that is what a full block that grew leaves over. So short blocks are
    /// allowed, but no two in a row; those that are there already are not copied, and grow again.
    /// </remarks>
    internal bool Takes(MergeSource source)
    {
        BlockEntry block = source.BlockEntry;
        return source.KeepsStored
            && (keepTombstones || block.Tombstones == 0)
            && block.RawLength >= minCopiedBytes
            && (writer.PendingBytes == 0 || writer.PendingBytes >= minCopiedBytes || writer.ClosedBytes >= minCopiedBytes);
    }

    /// <summary>Copies a source's present block.</summary>
    internal void Copy(MergeSource source)
    {
        LoadedBlock block = source.Block;
        writer.AddBlock(block, source.BlockEntry);
        for (int i = 0; i < block.Records.Length; i++)
        {
            RecordSlot record = block.Records[i];
            _written.Add(EntryHash.Of(block.Scope(i), block.Key(i), block.Value(i)), record.ModifiedAt, record.IsTombstone);
        }

        _copiedBlocks++;
    }
}
