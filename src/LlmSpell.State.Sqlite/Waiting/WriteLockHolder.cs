using System.Globalization;

namespace LlmSpell.State.Sqlite.Waiting;

/// <summary>
/// Finds who holds SQLite's write lock. On Linux the kernel lists it: a lock on byte 120 of the shared-memory file
/// (https://sqlite.org/walformat.html#locks), under the device and inode that our own mapping of that file shows.
/// </summary>
internal static class WriteLockHolder
{
    private const string WriteLockByte = "120";

    /// <summary>The holder, as <c>process 1234 (name)</c>; null where it is not known.</summary>
    internal static string? Describe(string database)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return FindDevice(File.ReadLines("/proc/self/maps"), database + "-shm") is { } device
                && FindOwner(File.ReadLines("/proc/locks"), device) is { } process
                ? Name(process)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The device and inode, as <c>fe:00:1234</c>, of a file that this process maps.</summary>
    internal static string? FindDevice(IEnumerable<string> maps, string file)
    {
        // "7f2c…-7f2c… rw-s 00000000 fe:00 1234    /path"; /proc writes a newline in a path as \012.
        string listed = file.Replace("\n", "\\012", StringComparison.Ordinal);
        foreach (string line in maps)
        {
            if (!line.EndsWith(listed, StringComparison.Ordinal))
            {
                continue;
            }

            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 6 && fields[5] == listed)
            {
                return $"{fields[3]}:{fields[4]}";
            }
        }

        return null;
    }

    /// <summary>The process with the write lock on a file.</summary>
    internal static int? FindOwner(IEnumerable<string> locks, string device)
    {
        // "3: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120"; a line with "->" is one that waits.
        foreach (string line in locks)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is [_, "POSIX", _, "WRITE", string pid, string place, string first, string last]
                && place == device
                && first == WriteLockByte
                && last == WriteLockByte
                && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && process > 0)
            {
                return process;
            }
        }

        return null;
    }

    private static string Name(int process)
    {
        if (process == Environment.ProcessId)
        {
            return "another transaction of this process";
        }

        try
        {
            string command = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/comm")).Trim();
            return string.Create(CultureInfo.InvariantCulture, $"process {process} ({command})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"process {process}");
        }
    }
}
