using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>A process and its descendants, as /proc shows them at one moment. Processes that end meanwhile count as nothing.</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, on every architecture that .NET runs on

    internal static List<int> Of(int root)
    {
        List<int> processes = [root];
        for (int i = 0; i < processes.Count; i++)
        {
            processes.AddRange(ChildrenOf(processes[i]));
        }

        return processes;
    }

    /// <summary>The memory of all together, in bytes; at least the largest that one of them ever had.</summary>
    internal static long PeakBytes(int root)
    {
        long resident = 0;
        long peak = 0;
        foreach (int process in Of(root))
        {
            if (ProcessStatus.Read(process) is { } status)
            {
                resident += status.ResidentBytes;
                peak = Math.Max(peak, status.PeakBytes);
            }
        }

        return Math.Max(resident, peak);
    }

    /// <summary>What the largest of them has resident now, in bytes: for servers, whose processes share most of their memory.</summary>
    internal static long LargestBytes(int root) => Of(root).Max(static process => ProcessStatus.Read(process)?.ResidentBytes ?? 0);

    /// <summary>User and system time of all of them and of their children that have ended, in seconds, to a hundredth.</summary>
    internal static double ProcessorSeconds(int root)
    {
        double ticks = 0;
        foreach (int process in Of(root))
        {
            string? stat = TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            // The name in parentheses may hold anything; the fields after it begin with the third. utime, stime, cutime, cstime are 14 to 17.
            string[]? fields = stat?[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ticks += fields is null ? 0 : fields[11..15].Sum(static field => double.Parse(field, CultureInfo.InvariantCulture));
        }

        return ticks / TicksPerSecond;
    }

    private static IEnumerable<int> ChildrenOf(int process)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task"));
        }
        catch (IOException)
        {
            return [];
        }

        return threads.SelectMany(static thread => (TryRead(Path.Combine(thread, "children")) ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(static child => int.Parse(child, CultureInfo.InvariantCulture)));
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
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
}
