using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using LlmSpell.State.Native;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Sqlite.Waiting;

/// <summary>
/// What the processes that write to one state share for waiting: a kernel lock on a file beside the database, which ends with
/// its owner, and a few numbers in the file that all map. docs/store.md describes it. Not thread-safe.
/// </summary>
internal sealed unsafe partial class TurnFile : IDisposable
{
    private const string Suffix = "-turn";
    private const int Bytes = 64;

    // Linux's locks of an open file (man 2 fcntl), which .NET's own flock on the same handle does not touch.
    private const int SetOpenFileLock = 37;
    private const int Denied = 13;
    private const int WouldBlock = 11;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _path;
    private readonly int* _numbers;

    private TurnFile(string path, SafeFileHandle file, MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        _path = path;
        _file = file;
        _map = map;
        _view = view;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (int*)start;
    }

    /// <summary>Whether the owner of the lock waits for SQLite's. A hint: one who died may have left it.</summary>
    internal bool IsAwaited
    {
        get => Volatile.Read(ref _numbers[0]) != 0;
        set => Volatile.Write(ref _numbers[0], value ? 1 : 0);
    }

    /// <summary>Changes when SQLite's write lock is left to whoever waits for it; a place for <see cref="Futex"/>.</summary>
    internal int* Handovers => &_numbers[1];

    /// <summary>Changes when the lock of this file is given up; a place for <see cref="Futex"/>.</summary>
    internal int* Releases => &_numbers[2];

    /// <summary>
    /// Whether the last process that used the file has deleted it, so that others may have made a new one. A hint: it may have died before.
    /// </summary>
    internal bool IsRetired
    {
        get => Volatile.Read(ref _numbers[3]) != 0;
        set => Volatile.Write(ref _numbers[3], value ? 1 : 0);
    }

    /// <summary>The file beside a database.</summary>
    internal static string PathFor(string database) => database + Suffix;

    /// <summary>Opens the file, or makes it; null where that, or such waiting, is not possible.</summary>
    internal static TurnFile? TryOpen(string database)
    {
        if (!Futex.IsSupported || OperatingSystem.IsWindows())
        {
            return null;
        }

        SafeFileHandle? file = null;
        MemoryMappedFile? map = null;
        string path = PathFor(database);
        try
        {
#pragma warning disable RS0030 // It holds no data.
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
            if (RandomAccess.GetLength(file) < Bytes)
            {
                // Written, not only made longer: the memory of a file without a place on the disk may not be touched.
                RandomAccess.Write(file, new byte[Bytes], 0);

                // Whoever may write the database must be able to wait with us.
                File.SetUnixFileMode(file, File.GetUnixFileMode(database));
            }

            map = MemoryMappedFile.CreateFromFile(
                file, null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            return new TurnFile(path, file, map, map.CreateViewAccessor(0, Bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            map?.Dispose();
            file?.Dispose();
            return null;
        }
    }

    /// <summary>Tries to take the lock; true if it was taken, false if another has it, null if there are no locks here.</summary>
    internal bool? TryLock()
    {
        return SetLock(FileRange.WriteLock) == 0 ? true
            : Marshal.GetLastPInvokeError() is WouldBlock or Denied ? false
            : null;
    }

    /// <summary>Gives the lock up, and wakes the next in the queue.</summary>
    internal void Release()
    {
        _ = SetLock(FileRange.Unlocked);
        Interlocked.Increment(ref *Releases);
        Futex.WakeOne(Releases);
    }

    /// <summary>Tells whoever waits for SQLite's write lock that it is free.</summary>
    internal void HandOver()
    {
        Interlocked.Increment(ref *Handovers);
        Futex.WakeOne(Handovers);
    }

    /// <summary>
    /// Deletes the file if no process has the state open. Whoever opens both at this moment finds out when it must wait, and makes
    /// a new file.
    /// </summary>
    internal static void DeleteIfUnused(string database)
    {
        // SQLite deletes the log when the last connection closes.
        if (File.Exists(database + "-wal") || !File.Exists(PathFor(database)) || TryOpen(database) is not { } unused)
        {
            return;
        }

        using (unused)
        {
            unused.Delete();
        }
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    private void Delete()
    {
        IsRetired = true;
        IsAwaited = true;
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is as good for the next process.
            IsRetired = false;
            IsAwaited = false;
        }
    }

    private int SetLock(short type)
    {
        FileRange whole = new() { Type = type };
        return ControlFile(_file, SetOpenFileLock, &whole);
    }

    // Declared with "..." in C; on the architectures of Futex that makes no difference.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlFile(SafeHandle file, int command, FileRange* range);
}
