namespace LlmSpell.Backup;

/// <summary>One zstd frame a block (RFC 8878), with its content size and a checksum, so that <c>zstd -t</c> checks it too.</summary>
internal sealed class ZstdCodec : BlockCodec
{
    private readonly int _level;
    private ZstdCompression? _compression;
    private ZstdDecompression? _decompression;

    internal ZstdCodec(int level)
    {
        CheckLevel(LayerCodec.Zstd, level);
        _level = level;
    }

    internal override int Compress(ReadOnlySpan<byte> raw, Span<byte> stored) =>
        (_compression ??= new ZstdCompression(_level)).Compress(raw, stored);

    internal override void Decompress(ReadOnlySpan<byte> stored, Span<byte> raw) =>
        (_decompression ??= new ZstdDecompression()).Decompress(stored, raw);

    public override void Dispose()
    {
        base.Dispose();
        _compression?.Dispose();
        _decompression?.Dispose();
    }
}
