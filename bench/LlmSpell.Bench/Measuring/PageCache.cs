using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>Brings the disk's cache into the same state before each step, whatever the step before it did.</summary>
internal static partial class PageCache
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Waits until everything written so far is on the disk; what was read stays in memory.</summary>
    [LibraryImport("libc", EntryPoint = "sync")]
    internal static partial void Settle();

    /// <summary>Reads all files of a folder once. Some tools, borg among them, tell the system to forget what they have read, and the next would pay for it.</summary>
    internal static void Fill(string folder)
    {
        byte[] buffer = new byte[BufferBytes];
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // Sockets are listed as files too, and cannot be opened.
            if ((file.UnixFileMode & UnixFileMode.UserRead) != 0 && file.Length > 0)
            {
                using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                while (stream.Read(buffer) > 0)
                {
                }
            }
        }
    }
}
