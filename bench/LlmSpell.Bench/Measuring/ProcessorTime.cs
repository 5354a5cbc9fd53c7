using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>The processor time of this process and of the children that have ended: what a busy machine disturbs least. Linux only.</summary>
internal static unsafe partial class ProcessorTime
{
    private const int Self = 0;
    private const int Children = -1;

    internal static TimeSpan Now => Own + OfChildren;

    /// <summary>Of this process alone.</summary>
    internal static TimeSpan Own => Of(Self);

    /// <summary>Of the children that have ended and been waited for, and of theirs.</summary>
    internal static TimeSpan OfChildren => Of(Children);

    private static TimeSpan Of(int who)
    {
        // struct rusage: user and system time as seconds and microseconds, then fourteen more words.
        long* usage = stackalloc long[18];
        return GetResourceUsage(who, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : throw new NotSupportedException("The processor time cannot be had here.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, long* usage);
}
