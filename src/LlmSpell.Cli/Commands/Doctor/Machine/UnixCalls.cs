using System.Runtime.InteropServices;
using LlmSpell.State.Native;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>What .NET does not tell of files and file systems. The structures are Linux's, where they are the same on each 64-bit architecture.</summary>
internal static unsafe partial class UnixCalls
{
    private const string Libc = "libc";
    private const int CurrentFolder = -100;
    private const int MayWrite = 2;
    private const int EffectiveAccess = 0x200;
    private const uint BasicFacts = 0x7FF;
    private const int SetOpenFileLock = 37;
    private const int TryAgain = 11;
    private const int AccessRefused = 13;

    [LibraryImport(Libc, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    /// <summary>The owner, mode and rights; null if the file is gone.</summary>
    internal static FileFacts? FileOf(string path)
    {
        StatX facts;
        if (StatXOf(CurrentFolder, path, 0, BasicFacts, &facts) != 0)
        {
            return null;
        }

        bool isWritable = AccessAt(CurrentFolder, path, MayWrite, EffectiveAccess) == 0;
        return new FileFacts(facts.Owner, (UnixFileMode)(facts.Mode & 0xFFF), isWritable);
    }

    /// <summary>Null where the file system has no such limit (btrfs, some network ones).</summary>
    internal static long? FreeFiles(string folder)
    {
        StatVfs facts;
        return StatVfsOf(folder, &facts) == 0 && facts.Files > 0 ? (long)facts.AvailableFiles : null;
    }

    /// <summary>Takes a lock on the first byte, which belongs to the handle and not to the process, as SQLite's would.</summary>
    /// <returns>False if another handle has it; null if this kernel or file system has no such locks.</returns>
    internal static bool? TryLockRange(SafeFileHandle handle)
    {
        var range = new FileRange { Type = FileRange.WriteLock, Length = 1 };

        // fcntl takes variable arguments; on Linux's 64-bit calling conventions an integer or pointer among them is passed like any other.
        if (ControlFile((int)handle.DangerousGetHandle(), SetOpenFileLock, &range) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is TryAgain or AccessRefused ? false : null;
    }

    [LibraryImport(Libc, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatXOf(int folder, string path, int flags, uint mask, StatX* facts);

    [LibraryImport(Libc, EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int folder, string path, int mode, int flags);

    [LibraryImport(Libc, EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfsOf(string path, StatVfs* facts);

    [LibraryImport(Libc, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlFile(int descriptor, int command, FileRange* range);

    // struct statx of linux/stat.h, as far as it is used.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }

    // struct statvfs of sys/statvfs.h, as far as it is used; with room for what C libraries put behind.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatVfs
    {
        [FieldOffset(40)]
        public ulong Files;

        [FieldOffset(56)]
        public ulong AvailableFiles;
    }
}
