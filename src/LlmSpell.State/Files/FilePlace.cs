using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Files;

/// <summary>
/// Where an open file of a state is, by which it is noticed that somebody moves, replaces or deletes it meanwhile: what is written to it then is
/// not in the state any more that others open. Immutable, thread-safe.
/// </summary>
/// <remarks>On Linux, where the kernel tells it for nearly nothing; elsewhere nothing is noticed.</remarks>
internal sealed partial class FilePlace
{
    // man 2 statx
    private const int WorkingFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint WantsInode = 0x100;

    private readonly SafeFileHandle _file;
    private readonly string? _opened;

    internal FilePlace(SafeFileHandle file)
    {
        _file = file;
        _opened = Read();
    }

    /// <summary>Throws if the file is not where it was.</summary>
    /// <param name="state">The state, for the message.</param>
    /// <exception cref="StateStorageException">It is not; the outcome of writes is unknown.</exception>
    internal void Require(string state)
    {
        if (_opened is not null && Read() is { } now && now != _opened && !IsThere(_opened))
        {
            throw new StateStorageException(
                $"The state in {state} was moved, replaced or deleted while it was open: {_opened} is now {now}. What was saved meanwhile may be lost.",
                "Start again, and leave the files of a state alone while a program uses it.",
                outcomeUnknown: true);
        }
    }

    private string? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        bool held = false;
        try
        {
            // Another file could have its number otherwise.
            _file.DangerousAddRef(ref held);
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_file.DangerousGetHandle()}")).LinkTarget;
        }
        finally
        {
            if (held)
            {
                _file.DangerousRelease();
            }
        }
    }

    // A kernel that has forgotten a name, as the server of a FUSE file system may ask it to, calls a file deleted that is where it was. And where a link
    // has the old name and leads to the file, others still find it.
    private bool IsThere(string path)
    {
        bool held = false;
        try
        {
            _file.DangerousAddRef(ref held);
            return Stat((int)_file.DangerousGetHandle(), "", EmptyPath, WantsInode, out FileStatus own) == 0
                && Stat(WorkingFolder, path, flags: 0, WantsInode, out FileStatus other) == 0
                && (own.Inode, own.DeviceMajor, own.DeviceMinor) == (other.Inode, other.DeviceMajor, other.DeviceMinor);
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        finally
        {
            if (held)
            {
                _file.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, out FileStatus status);

    /// <summary>C's <c>struct statx</c>, of which this is what tells files apart.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}
