namespace LlmSpell.Bench;

/// <summary>The resident size of this process and its largest since the last reset, as Linux counts them.</summary>
internal static class PeakMemory
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

    /// <summary>In MiB; 0 where the system does not say.</summary>
    internal static double ReadMiB() => ReadBytes() / (double)(1 << 20);

    /// <summary>The peak, in bytes; 0 where the system does not say.</summary>
    internal static long ReadBytes() => ProcessStatus.Read(Environment.ProcessId)?.PeakBytes ?? 0;

    /// <summary>What is resident now, in bytes; 0 where the system does not say.</summary>
    internal static long ReadResidentBytes() => ProcessStatus.Read(Environment.ProcessId)?.ResidentBytes ?? 0;
}
