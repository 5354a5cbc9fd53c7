using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Files;

/// <summary>Forces a file's bytes, or a folder's names, to the disk.</summary>
internal static partial class FileFlush
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
    /// <exception cref="IOException">The file system refused; the message names the folder.</exception>
    internal static void FlushFolder(string folder)
    {
        if (!TryFlushFolder(folder, out int error))
        {
            throw new IOException($"Flushing the folder {folder} failed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    /// <summary>As <see cref="FlushFolder"/>, for whoever words the failure.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="error">If it failed, the system's number of the error.</param>
    internal static bool TryFlushFolder(string folder, out int error)
    {
        error = 0;
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        int descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return false;
        }

        try
        {
            while (Fsync(descriptor) != 0)
            {
                error = Marshal.GetLastPInvokeError();
                if (error == InvalidArgument)
                {
                    return true; // This file system cannot flush folders (some network ones): their servers do.
                }

                if (error != Interrupted)
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
