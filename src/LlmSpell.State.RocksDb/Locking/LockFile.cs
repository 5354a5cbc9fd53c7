using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb.Locking;

/// <summary>
/// The kernel's lock on the file <c>lock</c> of a store, and on the store's folder. The one on the file goes with its name: who deletes the file by hand and
/// opens a new one would have a lock too. A folder cannot be replaced by another one while the store is in it. Where folders cannot be locked, as on
/// Windows and some network file systems, the file alone counts.
/// </summary>
internal sealed partial class LockFile : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int WithoutWaiting = 4;
    private const int Unlock = 8;

    private readonly FileStream _file;
    private readonly SafeFileHandle? _folder;

    private LockFile(FileStream file, SafeFileHandle? folder)
    {
        _file = file;
        _folder = folder;
    }

    /// <summary>Takes the lock for this process alone; null if another one has it.</summary>
    /// <param name="path">The file, which is made if it is not there.</param>
    internal static LockFile? TryTake(string path)
    {
        try
        {
#pragma warning disable RS0030 // Nothing is ever written into it.
            return WithFolder(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), Exclusive);
#pragma warning restore RS0030
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Keeps others from taking the lock, as several can at once; null if another process has taken it. Needs no right to write.</summary>
    /// <param name="path">The file.</param>
    internal static LockFile? TryShare(string path)
    {
        try
        {
#pragma warning disable RS0030 // Nothing is ever written into it.
            return WithFolder(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), Shared);
#pragma warning restore RS0030
        }
        catch (FileNotFoundException)
        {
            // It was not copied with the rest.
            return TryTake(path);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_folder is not null)
        {
            // Closing it is not enough: a child that is just being started has it too, until its program begins.
            _ = Flock(_folder, Unlock);
            _folder.Dispose();
        }

        _file.Dispose();
    }

    private static LockFile? WithFolder(FileStream file, int operation)
    {
        if (TryLock(Path.GetDirectoryName(file.Name)!, operation, out SafeFileHandle? folder))
        {
            return new LockFile(file, folder);
        }

        file.Dispose();
        return null;
    }

    /// <returns>False if another process has it.</returns>
    private static bool TryLock(string folder, int operation, out SafeFileHandle? handle)
    {
        handle = null;
        int closeOnExec = OperatingSystem.IsLinux() ? 0x8_0000 : 0x100_0000;
        int descriptor = OperatingSystem.IsWindows() ? -1 : Open(folder, closeOnExec);
        if (descriptor < 0)
        {
            return true;
        }

        SafeFileHandle opened = new(descriptor, ownsHandle: true);
        if (Flock(opened, operation | WithoutWaiting) == 0)
        {
            handle = opened;
            return true;
        }

        bool isHeld = Marshal.GetLastPInvokeError() == WouldBlock;
        opened.Dispose();
        return !isHeld;
    }

    private static int WouldBlock => OperatingSystem.IsLinux() ? 11 : 35;

    // EWOULDBLOCK on Linux and macOS; ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle descriptor, int operation);
}
