using System.Buffers.Binary;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>Puts a layer's index together, block by block. Not thread-safe. See docs/format.md.</summary>
internal sealed class BlockIndexBuilder(LayerId layer, LayerCodec codec) : IDisposable
{
    private readonly PooledBuffer _blocks = new();

    internal int Blocks { get; private set; }

    /// <summary>The length of the blocks so far: where the next one begins.</summary>
    internal long DataBytes { get; private set; }

    internal long RawBytes { get; private set; }

    internal long Records { get; private set; }

    internal long Tombstones { get; private set; }

    /// <param name="block">Its offset is where the block before it ended.</param>
    /// <param name="raw">The bytes that hold its first and last key.</param>
    /// <exception cref="StateUnsupportedException">The layer gets larger than the format allows.</exception>
    internal void Add(in BlockEntry block, ReadOnlySpan<byte> raw)
    {
        if (Blocks == LayerLimits.MaxBlocks || _blocks.Length > LayerLimits.MaxIndexBytes - BlockIndex.MaxEntryBytes)
        {
            throw new StateUnsupportedException(
                $"the layer {layer} would get more than the {LayerLimits.MaxBlocks} blocks, or its index more than the "
                + $"{LayerLimits.MaxIndexBytes} bytes, that a layer can have");
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
}
