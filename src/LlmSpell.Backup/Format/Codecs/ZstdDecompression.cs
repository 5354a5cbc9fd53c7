using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>A decompression context of libzstd, used again for each block. Not thread-safe.</summary>
/// <remarks>Decompressing in one call writes straight into the destination: no window is allocated, whatever the frame asks for.</remarks>
internal sealed class ZstdDecompression : SafeHandleZeroOrMinusOneIsInvalid
{
    internal ZstdDecompression()
        : base(ownsHandle: true)
    {
        SetHandle(Zstd.Load(Zstd.CreateDecompression));
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for decompressing with zstd.");
        }

        // The frame's own checksum is for other programs: a block's bytes were compared with their XXH3-128 already. Where the library
        // does not know the parameter, it checks them once more.
        _ = Zstd.SetParameter(this, Zstd.ForceIgnoreChecksum, 1);
    }

    internal unsafe void Decompress(ReadOnlySpan<byte> stored, Span<byte> raw)
    {
        fixed (byte* source = stored)
        fixed (byte* destination = raw)
        {
            ulong size = Zstd.ContentSize(source, (nuint)stored.Length);
            if (size != (ulong)raw.Length)
            {
                throw new InvalidDataException(size > long.MaxValue
                    ? "it is no zstd frame that says its size"
                    : $"its zstd frame holds {size} bytes of records instead of {raw.Length}");
            }

            nuint frame = Zstd.FrameLength(source, (nuint)stored.Length);
            if (frame != (nuint)stored.Length)
            {
                throw new InvalidDataException(Zstd.IsError(frame)
                    ? $"its zstd frame is damaged: {Zstd.ErrorName(frame)}"
                    : $"its zstd frame ends after {frame} of {stored.Length} bytes");
            }

            nuint result = Zstd.Decompress(this, destination, (nuint)raw.Length, source, (nuint)stored.Length);
            if (Zstd.IsError(result))
            {
                throw new InvalidDataException($"its zstd frame is damaged: {Zstd.ErrorName(result)}");
            }

            if (result != (nuint)raw.Length)
            {
                throw new InvalidDataException($"its zstd frame gave {result} bytes instead of {raw.Length}");
            }
        }
    }

    protected override bool ReleaseHandle() => !Zstd.IsError(Zstd.FreeDecompression(handle));
}
