namespace LlmSpell.Backup;

/// <summary>Blocks stored as they are.</summary>
internal sealed class PlainCodec : BlockCodec
{
    internal override int Compress(ReadOnlySpan<byte> raw, Span<byte> stored)
    {
        raw.CopyTo(stored);
        return raw.Length;
    }

    internal override void Decompress(ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        if (stored.Length != raw.Length)
        {
            throw new InvalidDataException($"it holds {stored.Length} bytes of records instead of {raw.Length}");
        }

        stored.CopyTo(raw);
    }
}
