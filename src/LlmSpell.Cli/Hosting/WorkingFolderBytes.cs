using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace LlmSpell.Cli.Hosting;

/// <summary>
/// A working folder whose path is no UTF-8. .NET puts U+FFFD in place of the bytes that it cannot read, which is the path of another folder: the state
/// would be made there, and be one with that of every other folder that reads so.
/// </summary>
internal static unsafe partial class WorkingFolderBytes
{
    private const char Replacement = '\uFFFD';

    /// <param name="workingFolder">That of this process, as .NET reads it.</param>
    public static bool AreText(string workingFolder)
    {
        if (!OperatingSystem.IsLinux() || !workingFolder.Contains(Replacement, StringComparison.Ordinal))
        {
            return true;
        }

        byte* path = getcwd(null, 0);
        try
        {
            return path is null || Utf8.IsValid(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path));
        }
        finally
        {
            NativeMemory.Free(path);
        }
    }

    // On Linux it allocates what it answers, for null and 0.
    [LibraryImport("libc")]
    private static partial byte* getcwd(byte* buffer, nuint size);
}
