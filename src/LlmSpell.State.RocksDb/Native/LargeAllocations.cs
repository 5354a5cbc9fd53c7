using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>
/// Gives memory for large values back to the system when it is freed. RocksDB allocates a value's whole block with malloc. Glibc gives large pieces
/// mappings of their own, but what it calls large grows with each that is freed, up to 32 MiB, and in its heaps they leave gaps that no next one fits:
/// a restore's peak grew with the number of values. A threshold that is set does not grow.
/// </summary>
/// <remarks>See mallopt(3). It holds for the process; a threshold that the environment sets is left alone.</remarks>
internal static partial class LargeAllocations
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int MapFromBytes = 1 << 20;

    private static readonly Lazy<bool> Set = new(TrySet);

    /// <summary>Whether the threshold is set now, by the first call.</summary>
    internal static bool GiveBack() => Set.Value;

    private static bool TrySet()
    {
        if (!OperatingSystem.IsLinux() || IsChosen())
        {
            return false;
        }

        try
        {
            // glibc's own rule: twice the threshold of mappings may stay free at a heap's end.
            return mallopt(MapThreshold, MapFromBytes) != 0 && mallopt(TrimThreshold, 2 * MapFromBytes) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, with other habits.
            return false;
        }
    }

    private static bool IsChosen() =>
        Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null
        || Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("mmap_threshold", StringComparison.Ordinal) == true;

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
