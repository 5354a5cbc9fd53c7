using System.Globalization;
using System.Runtime.InteropServices;
using LlmSpell.State.Native;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// Finds out whether another process has a store open: then it holds a lock on the file of the log's shared memory
/// (https://sqlite.org/walformat.html#locks). For a process that has not: closing the file would drop its own locks.
/// </summary>
internal static partial class LogUsers
{
    // man 2 fcntl: asks for a lock that would be in the way, and its owner.
    private const int GetLock = 5;

    /// <summary>A process that has the store open; null if none has, or where that cannot be known.</summary>
    /// <param name="database">The database file.</param>
    internal static string? Find(string database)
    {
        string shared = database + "-shm";
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists(shared))
        {
            return null;
        }

#pragma warning disable RS0030 // Nothing is written through this handle; asking for a write lock needs the right to write.
        using SafeFileHandle file = File.OpenHandle(shared, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
        FileRange whole = new() { Type = FileRange.WriteLock };
        return ControlFile(file, GetLock, ref whole) == 0 && whole.Type != FileRange.Unlocked
            ? string.Create(CultureInfo.InvariantCulture, $"process {whole.Process}")
            : null;
    }

    // Declared with "..." in C; on 64-bit Linux that makes no difference.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlFile(SafeHandle file, int command, ref FileRange range);
}
