using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Hosting;

/// <summary>
/// Standard streams that the caller closed (<c>&gt;&amp;-</c>, some daemons). The next file or pipe that is opened would get such a descriptor,
/// and what a script prints would end in it: in a file of the state, or in the runtime's own pipe for signals, which then ends the process.
/// </summary>
internal static partial class StandardDescriptors
{
    private const string Libc = "libc";
    private const int Count = 3;
    private const int GetDescriptorFlags = 1;
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;

    /// <summary>Takes those that are closed, so that nothing else gets them. To be called before anything is opened; what the runtime has taken by then stays its own, and is no standard stream.</summary>
    public static void Reserve()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        for (int descriptor = 0; descriptor < Count; descriptor++)
        {
            if (ControlFile(descriptor, GetDescriptorFlags, 0) < 0)
            {
                // The lowest free number is this one. Opened the wrong way round, as gnulib's stdopen does: who reads or writes still gets an error.
                _ = OpenFile("/dev/null", descriptor == 0 ? WriteOnly : ReadOnly);
            }
        }
    }

    // Both are variadic, which is the same as this on Linux's 64-bit calling conventions.
    [LibraryImport(Libc, EntryPoint = "fcntl")]
    private static partial int ControlFile(int descriptor, int command, nint argument);

    [LibraryImport(Libc, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
