namespace LlmSpell.State.Files;

/// <summary>The system has no room for one more open file now, which says nothing about the file.</summary>
internal static class OpenFileLimit
{
    /// <summary>What to do about it.</summary>
    internal const string Hint = "Let this process and others open fewer files at once, or raise the limit (`ulimit -n`), then try again.";

    private const int WindowsTooManyFiles = unchecked((int)0x80070004);
    private const int WindowsNoResources = unchecked((int)0x800705AA);
    private const int UnixNoMemory = 12;
    private const int UnixTooManyFilesInSystem = 23;
    private const int UnixTooManyFiles = 24;

    /// <summary>The system's numbers of such errors; on Unix an <see cref="IOException"/> carries them as they are.</summary>
    internal static IReadOnlyList<int> Numbers { get; } = OperatingSystem.IsWindows()
        ? [WindowsTooManyFiles, WindowsNoResources]
        : [UnixTooManyFiles, UnixTooManyFilesInSystem, UnixNoMemory];

    internal static bool IsReached(Exception? e) => e is IOException && Numbers.Contains(e.HResult);

    /// <summary>What to do about a failure: what helps here, if it is one of these, else what helps otherwise.</summary>
    internal static string HintFor(Exception e, string otherwise) => IsReached(e) ? Hint : otherwise;
}
