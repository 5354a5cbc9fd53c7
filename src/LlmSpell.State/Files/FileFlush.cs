using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Files;

/// <summary>Forces a file's bytes, or a folder's names, to the disk.</summary>
internal static unsafe partial class FileFlush
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;

    /// <summary>Opens an existing file for flushing only. Never one on which a database holds locks: closing it would drop them.</summary>
    internal static SafeFileHandle OpenForFlush(string file)
    {
#pragma warning disable RS0030 // Nothing is ever written through this handle.
        return File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call; NTFS journals them.</summary>
    internal static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor;
        fixed (byte* path = System.Text.Encoding.UTF8.GetBytes(folder + '\0'))
        {
            descriptor = open(path, 0);
        }

        if (descriptor < 0)
        {
            throw Failure(folder);
        }

        try
        {
            while (fsync(descriptor) != 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == InvalidArgument)
                {
                    return; // This file system cannot flush folders (some network ones): their servers do.
                }

                if (error != Interrupted)
                {
                    throw Failure(folder);
                }
            }
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failure(string folder) =>
        new($"Flushing the folder {folder} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
