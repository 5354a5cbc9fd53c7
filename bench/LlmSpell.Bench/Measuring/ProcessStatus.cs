using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>What Linux says of one process's memory in /proc/PID/status: proc(5).</summary>
/// <param name="ResidentBytes">What is resident now.</param>
/// <param name="PeakBytes">The most that was resident since the process started or the peak was reset.</param>
internal readonly record struct ProcessStatus(long ResidentBytes, long PeakBytes)
{
    /// <summary>Null if there is no such process, or if it has ended and given its memory back.</summary>
    internal static ProcessStatus? Read(int process)
    {
        try
        {
            long resident = 0;
            long peak = 0;
            foreach (string line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                {
                    peak = Bytes(line);
                }
                else if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                {
                    resident = Bytes(line);
                }
            }

            return peak > 0 ? new ProcessStatus(resident, peak) : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    // "VmHWM:     1234 kB"
    private static long Bytes(string line) =>
        long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
}
