namespace LlmSpell.State.Files;

/// <summary>The disk has no room, or this user may have no more of it.</summary>
internal static class FullDisk
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int UnixNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;

    internal static bool IsReason(Exception e) => e is IOException && (OperatingSystem.IsWindows()
        ? e.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : e.HResult == UnixNoSpace || e.HResult == (OperatingSystem.IsMacOS() ? MacQuota : LinuxQuota));
}
