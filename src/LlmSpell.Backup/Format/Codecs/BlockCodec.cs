namespace LlmSpell.Backup;

/// <summary>Compresses and decompresses single blocks. Not thread-safe: each thread has its own, and uses it again and again.</summary>
internal abstract class BlockCodec : IDisposable
{
    internal const int MinLevel = 1;
    internal const int MaxLevel = 19;

    /// <param name="codec">Which.</param>
    /// <param name="level">For zstd 1–19; the others have no levels.</param>
    internal static BlockCodec Create(LayerCodec codec, int level = MinLevel) => codec switch
    {
        LayerCodec.None => new PlainCodec(),
        LayerCodec.Zstd => new ZstdCodec(level),
        LayerCodec.Lz4 => new Lz4Codec(),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "This codec is not known."),
    };

    /// <summary>Refuses a level that no writer may use.</summary>
    internal static void CheckLevel(LayerCodec codec, int level)
    {
        if (codec == LayerCodec.Zstd && level is < MinLevel or > MaxLevel)
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, $"zstd has the levels {MinLevel} to {MaxLevel}.");
        }
    }

    /// <summary>Makes one block of bytes as they are stored.</summary>
    /// <param name="raw">At least one byte.</param>
    /// <param name="stored">At least <see cref="LayerLimits.MaxStoredBytes"/> long.</param>
    /// <returns>The length of the block.</returns>
    internal abstract int Compress(ReadOnlySpan<byte> raw, Span<byte> stored);

    /// <summary>Undoes <see cref="Compress"/>, on bytes that may be anything. Takes no memory that grows with what they say.</summary>
    /// <param name="stored">The whole block.</param>
    /// <param name="raw">Exactly as long as the records must be.</param>
    /// <exception cref="InvalidDataException">The block does not hold exactly that many bytes, or nothing readable.</exception>
    internal abstract void Decompress(ReadOnlySpan<byte> stored, Span<byte> raw);

    public virtual void Dispose()
    {
    }
}
