using System.Buffers.Binary;
using System.Text;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>Puts a layer's index together, block by block. Not thread-safe. See docs/format.md.</summary>
internal sealed class BlockIndexBuilder(LayerId layer, LayerCodec codec) : IDisposable
{
    private readonly PooledBuffer _blocks = new();
    private readonly AscendingKeys _order = new();

    internal int Blocks { get; private set; }

    /// <summary>The length of the blocks so far: where the next one begins.</summary>
    internal long DataBytes { get; private set; }

    internal long RawBytes { get; private set; }

    internal long Records { get; private set; }

    internal long Tombstones { get; private set; }

    /// <param name="block">Its offset is where the block before it ended.</param>
    /// <param name="raw">The bytes that hold its first and last key.</param>
    /// <exception cref="StateUnsupportedException">The layer gets larger than the format allows.</exception>
    /// <exception cref="StateCorruptException">Its first key does not come after the last one of the block before.</exception>
    internal void Add(in BlockEntry block, ReadOnlySpan<byte> raw)
    {
        if (Blocks == LayerLimits.MaxBlocks || _blocks.Length > LayerLimits.MaxIndexBytes - BlockIndex.MaxEntryBytes)
        {
            throw new StateUnsupportedException(
                $"the layer {layer} would get more than the {LayerLimits.MaxBlocks} blocks, or its index more than the "
                + $"{LayerLimits.MaxIndexBytes} bytes, that a layer can have");
        }

        if (ProblemOfOrder(block, raw) is { } problem)
        {
            throw new StateCorruptException(
                $"the state gives its keys out of order: {Encoding.UTF8.GetString(block.First.Scope(raw))}/{Encoding.UTF8.GetString(block.First.Key(raw))} {problem}",
                LayerWriter.NotBackedUp);
        }

        _blocks.WriteArrayHeader(BlockIndex.EntryFields);
        _blocks.WriteInteger(block.Offset);
        _blocks.WriteInteger(block.Length);
        _blocks.WriteInteger(block.RawLength);
        _blocks.WriteInteger(block.Records);
        _blocks.WriteInteger(block.Tombstones);
        _blocks.WriteString(block.First.Scope(raw));
        _blocks.WriteString(block.First.Key(raw));
        _blocks.WriteString(block.Last.Scope(raw));
        _blocks.WriteString(block.Last.Key(raw));
        Span<byte> hash = stackalloc byte[BlockIndex.HashBytes];
        BinaryPrimitives.WriteUInt128BigEndian(hash, block.Hash);
        _blocks.WriteBinary(hash);

        Blocks++;
        DataBytes += block.Length;
        RawBytes += block.RawLength;
        Records += block.Records;
        Tombstones += block.Tombstones;
    }

    /// <summary>The index file's bytes.</summary>
    internal byte[] ToBytes()
    {
        using PooledBuffer head = new();
        head.WriteMapHeader(6);
        head.WriteString("type"u8);
        head.WriteString(BlockIndex.Type);
        head.WriteString("format"u8);
        head.WriteInteger(FormatVersion.Current);
        head.WriteString("requires"u8);
        head.WriteArrayHeader(0);
        head.WriteString("layer"u8);
        head.WriteString(layer.Value);
        head.WriteString("codec"u8);
        head.WriteString(CodecNames.Of(codec));
        head.WriteString("blocks"u8);
        head.WriteArrayHeader(Blocks);
        return [.. head.Written, .. _blocks.Written];
    }

    public void Dispose() => _blocks.Dispose();

    // Within a block its decoder has seen to the order.
    private string? ProblemOfOrder(in BlockEntry block, ReadOnlySpan<byte> raw) =>
        _order.Problem(block.First.Scope(raw), block.First.Key(raw))
        ?? (block.Records > 1 ? _order.Problem(block.Last.Scope(raw), block.Last.Key(raw)) : null);
}
