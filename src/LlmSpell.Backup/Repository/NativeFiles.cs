using System.Runtime.InteropServices;
using LlmSpell.State.Files;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>What durable publishing needs of Unix and .NET does not offer: renaming without replacing, and flushing a folder.</summary>
internal static partial class NativeFiles
{
    private const string Libc = "libc";
    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;
    private const int NotImplementedLinux = 38;
    private const int InvalidArgument = 22;
    private const int Exists = 17;
    private const int AccessDenied = 13;
    private const uint WriteRange = 2;

    /// <summary>Gives a file another name in its folder, and fails if that name is taken.</summary>
    /// <returns>False if it is taken.</returns>
    /// <exception cref="IOException">The file system refused.</exception>
    internal static bool TryRename(string from, string to)
    {
        if (OperatingSystem.IsLinux() && TryRenameAtOnce(from, to) is { } renamed)
        {
            return renamed;
        }

        return OperatingSystem.IsWindows() ? MoveOnWindows(from, to) : LinkAndUnlink(from, to);
    }

    /// <summary>Makes the names in a folder survive a power loss.</summary>
    /// <exception cref="UnauthorizedAccessException">This user may not read the folder.</exception>
    /// <exception cref="IOException">The file system refused; its HResult is the number that <see cref="FileFailure"/> knows.</exception>
    internal static void FlushFolder(string folder)
    {
        if (!FileFlush.TryFlushFolder(folder, out int error))
        {
            IOException failure = Failure(error);
            throw error == AccessDenied ? new UnauthorizedAccessException(failure.Message, failure) : failure;
        }
    }

    /// <summary>
    /// Lets the disk begin to write a part of a file, without waiting for it. Only a hint: it makes nothing durable, and what fails here
    /// shows when the file is flushed. Linux alone has such a call.
    /// </summary>
    internal static void StartWriteback(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(file, offset, length, WriteRange);
        }
    }

    /// <returns>Null if this kernel or file system cannot do it.</returns>
    private static bool? TryRenameAtOnce(string from, string to)
    {
        try
        {
            if (RenameAt2(CurrentFolder, from, CurrentFolder, to, NoReplace) == 0)
            {
                return true;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Exists => false,
            NotImplementedLinux or InvalidArgument => null,
            _ => throw LastError(),
        };
    }

    /// <summary>The way where a kernel or file system cannot rename without replacing. A crash in between leaves both names.</summary>
    internal static bool LinkAndUnlink(string from, string to)
    {
        if (Link(from, to) != 0)
        {
            return Marshal.GetLastPInvokeError() == Exists ? false : throw LastError();
        }

        File.Delete(from);
        return true;
    }

    private static bool MoveOnWindows(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private static IOException LastError() => Failure(Marshal.GetLastPInvokeError());

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    [LibraryImport(Libc, EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport(Libc, EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport(Libc, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
