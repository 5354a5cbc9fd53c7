namespace LlmSpell.Lua.Native;

/// <summary>How a file is opened. Children of the process never inherit it.</summary>
[Flags]
internal enum OpenFlags
{
    Read = 0,
    Write = 1,
    ReadWrite = 2,
    Create = 4,
    Truncate = 8,
    Append = 16,
    NonBlocking = 32,
}

internal static class OpenFlagsToNative
{
    /// <summary>The numbers of fcntl.h, which differ from system to system.</summary>
    internal static int ToNative(this OpenFlags flags)
    {
        bool linux = OperatingSystem.IsLinux();
        int native = (int)(flags & (OpenFlags.Write | OpenFlags.ReadWrite));
        native |= flags.HasFlag(OpenFlags.Create) ? (linux ? 0x40 : 0x200) : 0;
        native |= flags.HasFlag(OpenFlags.Truncate) ? (linux ? 0x200 : 0x400) : 0;
        native |= flags.HasFlag(OpenFlags.Append) ? (linux ? 0x400 : 0x8) : 0;
        native |= flags.HasFlag(OpenFlags.NonBlocking) ? (linux ? 0x800 : 0x4) : 0;
        return native | (linux ? 0x80000 : 0x1000000);
    }
}
