using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Backup;

/// <summary>Turns the file system's refusals into errors that say what happened to which file, and what to do.</summary>
internal static class FileFailure
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    // On Unix an IOException carries the number of the error itself.
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int UnixReadOnly = 30;

    internal static bool IsFileSystem(Exception e) =>
        e is IOException or UnauthorizedAccessException or System.Security.SecurityException || IoReason.IsTooLarge(e);

    /// <summary>Whether a lock was refused since somebody else holds it.</summary>
    internal static bool IsHeldByOther(IOException e) => OperatingSystem.IsWindows()
        ? e.HResult is WindowsSharingViolation or WindowsLockViolation
        : e.HResult == (OperatingSystem.IsMacOS() ? MacWouldBlock : LinuxWouldBlock);

    /// <summary>Whether the system has no room for one more open file now, which says nothing about the file.</summary>
    internal static bool IsExhausted(Exception? e) => OpenFileLimit.IsReached(e);

    /// <summary>Whether this user lacks a right to the file, or nobody may write there.</summary>
    internal static bool IsReadOnly(Exception e) =>
        e is UnauthorizedAccessException || (e is IOException && !OperatingSystem.IsWindows() && e.HResult == UnixReadOnly);

    /// <param name="failed">What did not work, naming the file: "cannot write /x/y".</param>
    /// <param name="cause">The file system's refusal.</param>
    /// <param name="outcomeUnknown">See <see cref="StateStorageException.OutcomeUnknown"/>.</param>
    internal static StateStorageException Of(string failed, Exception cause, bool outcomeUnknown = false) =>
        Of(failed, cause, "write", outcomeUnknown);

    /// <summary>The same where nothing was to be written.</summary>
    /// <param name="failed">What did not work, naming the file: "cannot read /x/y".</param>
    /// <param name="cause">The file system's refusal.</param>
    internal static StateStorageException OfReading(string failed, Exception cause) => Of(failed, cause, "read", outcomeUnknown: false);

    private static StateStorageException Of(string failed, Exception cause, string right, bool outcomeUnknown)
    {
        if (FullDisk.IsReason(cause))
        {
            return new StateStorageException(
                $"{failed}: the disk is full",
                "Free some space, then try again; `llmspell backup cleanup` removes old backups and needs no free space itself.",
                cause,
                outcomeUnknown);
        }

        if (IsExhausted(cause))
        {
            return new StateStorageException(
                $"{failed}: {Reason(cause)}", OpenFileLimit.Hint, cause, outcomeUnknown);
        }

        return IsReadOnly(cause)
            ? new StateStorageException($"{failed}: {Reason(cause)}", $"Give this user the right to {right} there, or choose another backup_dir.", cause, outcomeUnknown)
            : new StateStorageException($"{failed}: {Reason(cause)}", "Check the disk and the path, then try again.", cause, outcomeUnknown);
    }

    private static string Reason(Exception cause) =>
        cause is IOException && IsReadOnly(cause) ? "the file system is read-only" : IoReason.Of(cause);
}
