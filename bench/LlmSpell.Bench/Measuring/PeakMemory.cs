using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>The resident size of this process and its largest since the last reset, as Linux counts them.</summary>
internal static partial class PeakMemory
{
    internal static void Reset()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux())
        {
            // 5 resets the peak: proc(5), /proc/pid/clear_refs.
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
    }

    /// <summary>Gives what is free back to the system, so that a peak does not show what an earlier step took and no longer needs. Linux with glibc only.</summary>
    internal static void Shrink()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = TrimNativeHeap(0);
    }

    /// <summary>In MiB; 0 where the system does not say.</summary>
    internal static double ReadMiB() => ReadBytes() / (double)(1 << 20);

    /// <summary>The peak, in bytes; 0 where the system does not say.</summary>
    internal static long ReadBytes() => ProcessStatus.Read(Environment.ProcessId)?.PeakBytes ?? 0;

    /// <summary>What is resident now, in bytes; 0 where the system does not say.</summary>
    internal static long ReadResidentBytes() => ProcessStatus.Read(Environment.ProcessId)?.ResidentBytes ?? 0;

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimNativeHeap(nuint keep);
}
