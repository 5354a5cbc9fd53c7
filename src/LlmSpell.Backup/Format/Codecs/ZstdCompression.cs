using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>A compression context of libzstd, used again for each block. Not thread-safe.</summary>
internal sealed class ZstdCompression : SafeHandleZeroOrMinusOneIsInvalid
{
    internal ZstdCompression(int level)
        : base(ownsHandle: true)
    {
        SetHandle(Zstd.CreateCompression());
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for compressing with zstd.");
        }

        Check(Zstd.SetParameter(this, Zstd.CompressionLevel, level));
        Check(Zstd.SetParameter(this, Zstd.ChecksumFlag, 1));
    }

    internal unsafe int Compress(ReadOnlySpan<byte> raw, Span<byte> stored)
    {
        fixed (byte* source = raw)
        fixed (byte* destination = stored)
        {
            return (int)Check(Zstd.Compress(this, destination, (nuint)stored.Length, source, (nuint)raw.Length));
        }
    }

    protected override bool ReleaseHandle() => !Zstd.IsError(Zstd.FreeCompression(handle));

    private static nuint Check(nuint result) =>
        Zstd.IsError(result) ? throw new InvalidOperationException($"Compressing with zstd failed: {Zstd.ErrorName(result)}.") : result;
}
