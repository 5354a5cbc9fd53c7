using System.Runtime.InteropServices;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The functions of libzstd (https://facebook.github.io/zstd/zstd_manual.html) that blocks need.</summary>
internal static partial class Zstd
{
    internal const int CompressionLevel = 100;
    internal const int WindowLog = 101;
    internal const int HashLog = 102;
    internal const int ChainLog = 103;
    internal const int MinMatch = 105;
    internal const int ChecksumFlag = 201;

    /// <summary>ZSTD_d_forceIgnoreChecksum, one of the parameters that zstd.h calls experimental; the library refuses what it does not know.</summary>
    internal const int ForceIgnoreChecksum = 1002;

    private const string Library = "libzstd";

    /// <summary>Does what loads the library.</summary>
    /// <exception cref="StateStorageException">It cannot be loaded.</exception>
    internal static nint Load(Func<nint> first)
    {
        try
        {
            return first();
        }
        catch (DllNotFoundException e)
        {
            throw MissingLibrary.Explain(Library, "compress or decompress with zstd", e);
        }
    }

    /// <summary>The version of the library that is loaded.</summary>
    internal static string LoadedVersion => Marshal.PtrToStringUTF8(VersionText())!;

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    internal static partial nint CreateCompression();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    internal static partial nuint FreeCompression(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    internal static partial nuint SetParameter(ZstdCompression context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    internal static unsafe partial nuint Compress(ZstdCompression context, byte* destination, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    internal static partial nint CreateDecompression();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    internal static partial nuint FreeDecompression(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    internal static partial nuint SetParameter(ZstdDecompression context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    internal static unsafe partial nuint Decompress(ZstdDecompression context, byte* destination, nuint capacity, byte* source, nuint length);

    /// <summary>The content size that a frame says it has, or one of two values over 2^63 where it says none or is no frame.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    internal static unsafe partial ulong ContentSize(byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_findFrameCompressedSize")]
    internal static unsafe partial nuint FrameLength(byte* source, nuint length);

    internal static bool IsError(nuint result) => IsErrorCode(result) != 0;

    internal static string ErrorName(nuint result) => Marshal.PtrToStringUTF8(ErrorNamePointer(result)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsErrorCode(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorNamePointer(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_versionString")]
    private static partial nint VersionText();
}
