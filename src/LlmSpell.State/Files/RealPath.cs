using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using LlmSpell.State.Native;

namespace LlmSpell.State.Files;

/// <summary>
/// Where a path leads, by which a state is reached as long as it is open: a symbolic link on the way may lead elsewhere meanwhile, and files that are
/// opened later must be of the same state.
/// </summary>
internal static unsafe partial class RealPath
{
    /// <summary>The path without symbolic links. What is not there yet stays as it is, and so does all where the system does not tell, or not in UTF-8.</summary>
    /// <param name="path">Any path.</param>
    internal static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
        {
            return full;
        }

        // The system's own answer: ".." after a link is the folder above where the link leads.
        string missing = "";
        for (string? there = full; there is not null; there = Path.GetDirectoryName(there))
        {
            if (TryResolve(there) is { } real)
            {
                return Path.Combine(real, missing);
            }

            missing = Path.Combine(Path.GetFileName(there), missing);
        }

        return full;
    }

    private static string? TryResolve(string path)
    {
        fixed (byte* text = ZeroTerminated.Utf8(path))
        {
            byte* resolved = realpath(text, null);
            try
            {
                // What is no text would be the path of another folder once it is made text.
                ReadOnlySpan<byte> real = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved);
                return !real.IsEmpty && Utf8.IsValid(real) ? Encoding.UTF8.GetString(real) : null;
            }
            finally
            {
                NativeMemory.Free(resolved);
            }
        }
    }

    // POSIX.1-2008: for null it allocates what it answers.
    [LibraryImport("libc")]
    private static partial byte* realpath(byte* path, byte* resolved);
}
