using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Files;

/// <summary>Forces a file's bytes, or a folder's names, to the disk.</summary>
internal static partial class FileFlush
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int LinuxNoSuchCall = 38;
    private const int LinuxNotSupported = 95;
    private const int MacNotSupported = 45;
    private const int MacNoSuchCall = 78;
    private const int MacNotSupportedThere = 102;
    private const int MacFullFlush = 51;

    // A child that another thread starts in between would keep the folder open, and its file system busy.
    private static readonly int CloseOnExec = OperatingSystem.IsLinux() ? 0x80000 : OperatingSystem.IsMacOS() ? 0x1000000 : 0;

    /// <summary>Opens an existing file for flushing only. Never one on which a database holds locks: closing it would drop them.</summary>
    internal static SafeFileHandle OpenForFlush(string file)
    {
#pragma warning disable RS0030 // Nothing is ever written through this handle.
        return File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
    }

    /// <summary>
    /// Makes what was written to a file durable. .NET's own calls say nothing when the system's fails, as far as Unix is concerned: seen with 10.0.
    /// </summary>
    /// <exception cref="IOException">The file system refused; its HResult is the system's number of the error, but on Windows.</exception>
    internal static void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // There it tells of failures.
            RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030
            return;
        }

        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            int descriptor = (int)file.DangerousGetHandle();

            // A Mac's fsync leaves the bytes in the disk's own memory.
            bool isDone = OperatingSystem.IsMacOS() && Fcntl(descriptor, MacFullFlush) == 0;
            if (!isDone && !TryFlush(descriptor, out int error))
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call; NTFS journals them.</summary>
    /// <exception cref="IOException">The file system refused; the message names the folder.</exception>
    internal static void FlushFolder(string folder)
    {
        if (!TryFlushFolder(folder, out int error))
        {
            throw new IOException($"Flushing the folder {folder} failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
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

        int descriptor;
        while ((descriptor = Open(folder, CloseOnExec)) < 0)
        {
            error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                return false;
            }
        }

        try
        {
            return TryFlush(descriptor, out error);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Whether the file system cannot flush at all, as some network ones, or their folders: its server does. Not one that could and did not.</summary>
    internal static bool IsImpossible(int error) => error == InvalidArgument
        || (OperatingSystem.IsMacOS()
            ? error is MacNotSupported or MacNoSuchCall or MacNotSupportedThere
            : error is LinuxNotSupported or LinuxNoSuchCall);

    private static bool TryFlush(int descriptor, out int error)
    {
        error = 0;
        while (Fsync(descriptor) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            if (IsImpossible(error))
            {
                return true;
            }

            if (error != Interrupted)
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
