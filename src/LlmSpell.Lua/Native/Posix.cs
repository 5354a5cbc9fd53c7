using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Native;

/// <summary>
/// Calls of the operating system for which .NET has no equal: Lua's files are C's, down to the numbers of their errors. Names are bytes
/// that end with NUL. A result below zero is a failure that <see cref="LastError"/> describes.
/// </summary>
internal static unsafe partial class Posix
{
    internal const int Interrupted = 4;
    internal const int NoSuchDeviceOrReader = 6;
    internal const int BadDescriptor = 9;
    internal const int BrokenPipe = 32;
    internal const int IllegalSeek = 29;

    internal const short PollIn = 1;
    internal const short PollOut = 4;

    internal const int FromCurrent = 1;

    private const string Library = "libc";
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int SetStatusFlags = 4;
    private const int CloseOnExec = 1;

    internal static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>
    /// Whether a descriptor can be kept from children when it is made, and not only behind that: a process that another thread starts in
    /// between would hold the end of a pipe, whose reader then waits for that process too.
    /// </summary>
    private static readonly bool HasCallsInOneStep = OperatingSystem.IsLinux();

    /// <summary>Whether arguments after the named ones travel on the stack, where no ordinary signature puts them.</summary>
    private static readonly bool VariadicOnStack =
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>The failure of the last call on this thread.</summary>
    internal static IOException LastError() => Error(Marshal.GetLastPInvokeError());

    internal static IOException Error(int number)
    {
        string text = Marshal.GetPInvokeErrorMessage(number);
        return number == BrokenPipe ? new Streams.ClosedPipeException(text, number) : new IOException(text, number);
    }

    /// <summary>Opens a file, not to be inherited by child processes.</summary>
    internal static int Open(byte* path, OpenFlags flags)
    {
        const int Mode = 0b110_110_110;
        int native = flags.ToNative();
        return VariadicOnStack ? OpenOnStack(path, native, 0, 0, 0, 0, 0, 0, Mode) : OpenInRegisters(path, native, Mode);
    }

    /// <summary>Makes a pipe of which child processes inherit neither end.</summary>
    internal static void Pipe(out int reader, out int writer)
    {
        int* ends = stackalloc int[2];
        if ((HasCallsInOneStep ? PipeEnds(ends, default(OpenFlags).ToNative()) : PipeEnds(ends)) < 0)
        {
            throw LastError();
        }

        reader = ends[0];
        writer = ends[1];
        if (!HasCallsInOneStep)
        {
            _ = Control(reader, SetDescriptorFlags, CloseOnExec);
            _ = Control(writer, SetDescriptorFlags, CloseOnExec);
        }
    }

    /// <summary>Reads and writes of this end of a pipe of ours fail where they would wait.</summary>
    internal static void SetNonBlocking(int descriptor) => _ = Control(descriptor, SetStatusFlags, OpenFlags.NonBlocking.ToNative());

    /// <summary>Whether child processes do not inherit a descriptor that is open.</summary>
    internal static bool IsClosedOnExec(int descriptor) => Control(descriptor, GetDescriptorFlags, 0) is >= 0 and var flags && (flags & CloseOnExec) != 0;

    /// <summary>Makes a new file that only this user can read; the name ends with XXXXXX, which is replaced.</summary>
    internal static int MakeTemporary(Span<byte> name)
    {
        fixed (byte* bytes = name)
        {
            int descriptor = HasCallsInOneStep ? MakeTemporary(bytes, default(OpenFlags).ToNative()) : MakeTemporary(bytes);
            if (descriptor >= 0 && !HasCallsInOneStep)
            {
                _ = Control(descriptor, SetDescriptorFlags, CloseOnExec);
            }

            return descriptor;
        }
    }

    /// <summary>Whether a name is a pipe's. Systems other than Linux are believed: there it always is.</summary>
    internal static bool IsNamedPipe(byte* path)
    {
        const int WorkingFolder = -100;
        const uint TypeOnly = 1;
        const int ModeOffset = 28;
        const int TypeMask = 0xF000;
        const int PipeType = 0x1000;
        byte* status = stackalloc byte[256];
        return !OperatingSystem.IsLinux()
            || (ExtendedStatus(WorkingFolder, path, 0, TypeOnly, status) == 0
                && (*(ushort*)(status + ModeOffset) & TypeMask) == PipeType);
    }

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "remove", SetLastError = true)]
    internal static partial int Remove(byte* path);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true)]
    internal static partial int Rename(byte* from, byte* to);

    [LibraryImport(Library, EntryPoint = "statx")]
    private static partial int ExtendedStatus(int folder, byte* path, int flags, uint mask, byte* status);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    private static partial int OpenInRegisters(byte* path, int flags, nint mode);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    private static partial int OpenOnStack(
        byte* path, int flags, nint unused2, nint unused3, nint unused4, nint unused5, nint unused6, nint unused7, nint mode);

    private static int Control(int descriptor, int command, int argument) => VariadicOnStack
        ? ControlOnStack(descriptor, command, 0, 0, 0, 0, 0, 0, argument)
        : ControlInRegisters(descriptor, command, argument);

    [LibraryImport(Library, EntryPoint = "fcntl")]
    private static partial int ControlInRegisters(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "fcntl")]
    private static partial int ControlOnStack(
        int descriptor, int command, nint unused2, nint unused3, nint unused4, nint unused5, nint unused6, nint unused7, nint argument);

    [LibraryImport(Library, EntryPoint = "pipe", SetLastError = true)]
    private static partial int PipeEnds(int* ends);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    private static partial int PipeEnds(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "mkstemp", SetLastError = true)]
    private static partial int MakeTemporary(byte* name);

    [LibraryImport(Library, EntryPoint = "mkostemp", SetLastError = true)]
    private static partial int MakeTemporary(byte* name, int flags);
}
