using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>The largest resident size of this process since the last reset, as Linux counts it.</summary>
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
    internal static double ReadMiB()
    {
        const string label = "VmHWM:";
        string? line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))
            : null;
        return line is null ? 0 : double.Parse(line.AsSpan(label.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) / 1024;
    }
}
